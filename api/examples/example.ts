/** What the documentation shows of an operation: a body, and the answer of success. Checked by test/unit/api-examples.test.ts. */
export interface Example {
  readonly request?: unknown;
  readonly response?: unknown;
}

/** By operation id. */
export type Examples = Readonly<Record<string, Example>>;
