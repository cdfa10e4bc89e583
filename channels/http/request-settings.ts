import { z } from 'zod';

/** Time limit and parallelism of an account that is reached by requests. */
export const requestSettings = {
  timeoutMs: z
    .int()
    .min(100)
    .max(120_000)
    .default(10_000)
    .describe(
      'Time for an answer, in milliseconds. Default 10,000. A message that was sent off without an answer in time has an unknown outcome.',
    ),
  concurrency: z
    .int()
    .min(1)
    .max(100)
    .default(10)
    .describe('Requests in flight per worker process. Default 10. Beyond it they wait.'),
};

/** Where a provider's API is: an origin, by default the public one. `words` say when to set another. */
export const apiOrigin = (origin: string, words: string) =>
  z
    .url({ protocol: /^https?$/ })
    // What is no address at all has been told already.
    .refine((text) => !URL.canParse(text) || (new URL(text).pathname === '/' && new URL(text).search === ''), {
      message: `must be an origin without a path, like ${origin}`,
    })
    .default(origin)
    .describe(`Where the API is. Default ${origin}. ${words}`);
