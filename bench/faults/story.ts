/** What a provider does with one recipient, over all attempts. */
export interface Story {
  readonly name: string;
  /** Somewhere in it an answer is lost after the whole message was given: a doubt is expected. */
  readonly loses: boolean;
  /** How it ends if nothing else happens: taken, refused for good, or "later" for ever. */
  readonly end: 'taken' | 'refused' | 'never';
}

/** A message that a provider has in its hands, as the provider itself saw it. */
export interface Taken {
  /** Id of our message, or what its text says of it. */
  readonly mark: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whether the client was told, as far as the provider knows. */
  readonly told: boolean;
}
