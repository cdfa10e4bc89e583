import { z } from 'zod';
import type { Behaviour } from './behaviour';
import type { SandboxProvider } from './message-store';

const behaviourSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('accept') }),
  z.strictObject({
    kind: z.literal('refuse'),
    status: z.int().min(200).max(599),
    code: z.union([z.int(), z.string().min(1)]),
    message: z.string().default('refused by the script of the sandbox'),
    retryAfterSeconds: z.int().min(0).optional(),
  }),
  z.strictObject({ kind: z.enum(['crash', 'hang', 'reset']), recorded: z.boolean() }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0).max(600_000) }),
  z.strictObject({
    kind: z.literal('receipt'),
    end: z.enum(['sent', 'undelivered', 'failed']),
    errorCode: z.union([z.int(), z.string()]).optional(),
  }),
]);

const pattern = z
  .string()
  .max(200)
  .transform((source, context) => {
    try {
      return new RegExp(source);
    } catch {
      context.addIssue({ code: 'custom', message: 'is not a regular expression' });
      return z.NEVER;
    }
  });

/**
 * How a fault suite tells the sandbox what to do. Of the rules, in order, the first that fits and has times left is used; then
 * what the number says; then `default`; then texts are taken and delivered.
 */
const scriptSchema = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        /** Of the recipient in E.164. Default: every recipient. */
        to: pattern.default(/^/),
        provider: z.enum(['twilio', 'aliyun']).optional(),
        /** How often the rule is used. Default: always. */
        times: z.int().min(1).optional(),
        behaviour: behaviourSchema,
      }),
    )
    .max(1000)
    .default([]),
  default: behaviourSchema.optional(),
});

/** The script of one sandbox; empty at first. */
export function createScript() {
  let rules: { to: RegExp; provider?: SandboxProvider | undefined; left: number; behaviour: Behaviour }[] = [];
  let fallback: Behaviour | undefined;
  return {
    /** Replaces the script. Returns what is wrong with it, if anything; then the old one stays. */
    set(json: unknown): string | undefined {
      const parsed = scriptSchema.safeParse(json);
      if (!parsed.success) return z.prettifyError(parsed.error);
      rules = parsed.data.rules.map(({ times, ...rule }) => ({ ...rule, left: times ?? Infinity }));
      fallback = parsed.data.default;
      return undefined;
    },
    clear(): void {
      rules = [];
      fallback = undefined;
    },
    /** What happens to the next text to this recipient, which by its number means `magic`; uses up a rule. */
    next(provider: SandboxProvider, to: string, magic: Behaviour | undefined): Behaviour | undefined {
      const rule = rules.find(
        (candidate) => candidate.left > 0 && candidate.to.test(to) && (candidate.provider ?? provider) === provider,
      );
      if (rule) rule.left--;
      return rule?.behaviour ?? magic ?? fallback;
    },
    /** The rules as they are now; `left` is absent for those without an end. */
    view: () => ({
      rules: rules.map(({ to, left, ...rule }) => ({
        to: to.source,
        ...rule,
        ...(left === Infinity ? {} : { left }),
      })),
      ...(fallback === undefined ? {} : { default: fallback }),
    }),
  };
}

export type Script = ReturnType<typeof createScript>;
