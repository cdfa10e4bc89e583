/** What the sandbox does with a valid request. Without one a text is taken and delivered. */
export type Behaviour =
  /** Taken and delivered, whatever its number says. */
  | { readonly kind: 'accept' }
  /** Answered with an error; nothing is recorded. Aliyun says most of its errors with status 200. */
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly code: number | string;
      readonly message: string;
      readonly retryAfterSeconds?: number | undefined;
    }
  /** The doubtful ends: an error 500, no answer at all, or a connection reset, before or after the text was taken. */
  | { readonly kind: 'crash' | 'hang' | 'reset'; readonly recorded: boolean }
  /** Taken at once, answered after so many milliseconds. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Taken, and then not delivered: its receipts end with this status. */
  | {
      readonly kind: 'receipt';
      readonly end: 'sent' | 'undelivered' | 'failed';
      readonly errorCode?: number | string | undefined;
    };

export type Refusal = Extract<Behaviour, { kind: 'refuse' }>;

export interface MagicNumber {
  readonly meaning: string;
  readonly behaviour: Behaviour;
}

export const refuse = (
  status: number,
  code: number | string,
  message: string,
  retryAfterSeconds?: number,
): Behaviour => ({
  kind: 'refuse',
  status,
  code,
  message,
  ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
});
