import {
  LiquidError,
  Output,
  ParseError,
  Parser,
  Tokenizer,
  TypeGuards,
  Value,
  type Emitter,
  type Context,
  type Liquid,
  type Template,
  type TopLevelToken,
} from 'liquidjs';
import { CONTENT_LIMITS } from '../domain/content';
import { TemplateSyntaxError, type ContentField } from '../domain/template-error';

/** The ancestor's `{$name}`; a name is anything but braces, and one key as a whole (`a.b` is not a path). */
export const PLACEHOLDER = /\{\$([^{}]+)\}/g;

/** Text between Liquid's tags, with the ancestor's placeholders in it. */
interface LiteralTemplate extends Template {
  readonly pieces: readonly (string | Value)[];
}

export function isLiteral(template: Template): template is LiteralTemplate {
  return 'pieces' in template;
}

function createLiteral(token: TopLevelToken, text: string, engine: Liquid): LiteralTemplate {
  const pieces = text
    .split(PLACEHOLDER)
    .map((piece, i) => (i % 2 ? new Value(`[${JSON.stringify(piece)}]`, engine) : piece))
    .filter((piece) => piece !== '');
  const { outputEscape } = engine.options;
  return {
    token,
    pieces,
    *render(context: Context, emitter: Emitter): Generator<unknown, void> {
      for (const piece of pieces) {
        if (typeof piece === 'string') {
          emitter.write(piece);
        } else {
          const value: unknown = yield piece.value(context, false);
          emitter.write(outputEscape ? outputEscape.call({ context }, value) : value);
        }
      }
    },
    *arguments() {
      for (const piece of pieces) if (typeof piece !== 'string') yield piece;
    },
  };
}

/** Liquid would take the first word of `{{ first name }}` and silently drop the rest. */
function assertOneValue({ token, value: { initial } }: Output): void {
  const operators = initial.postfix.filter((part) => TypeGuards.isOperatorToken(part) && part.operator !== 'not');
  const operands = initial.postfix.filter((part) => !TypeGuards.isOperatorToken(part));
  if (operands.length === operators.length + 1) return;
  throw new ParseError(new Error(`${token.getText()} holds more than one value; a name is one word`), token);
}

type ParsedToken = ReturnType<Parser['parseToken']>;

/** Liquid's parser, with our literals instead of its own. It hands itself to blocks, so nested text comes here as well. */
class TemplateParser extends Parser {
  constructor(private readonly engine: Liquid) {
    super(engine);
  }

  override parseToken(token: TopLevelToken, remaining: TopLevelToken[]): ParsedToken {
    if (!TypeGuards.isHTMLToken(token)) {
      const parsed = super.parseToken(token, remaining);
      if (parsed instanceof Output) assertOneValue(parsed);
      return parsed;
    }
    // Liquid only ever calls what the Template interface names; its own return type lists its own classes.
    return createLiteral(token, token.getContent(), this.engine) as unknown as ParsedToken;
  }
}

/** The top-level tokens of a source: its tags, outputs and the text between them, with their positions. */
export function tokensOf(source: string, engine: Liquid): TopLevelToken[] {
  return new Tokenizer(source, engine.options.operators).readTopLevelTokens(engine.options);
}

/** What Liquid says, without the position it adds. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/, line:\d+, col:\d+$/, '')
    .replace(/^undefined filter: (.*)$/, 'there is no filter "$1"')
    .replace(/^(memory alloc|template render) limit exceeded$/, 'is too much work for one message ($&)');
}

/** Parses one field of a content; throws `TemplateSyntaxError` with the position in `source`. */
export function parseSource(field: ContentField, source: string, engine: Liquid): Template[] {
  if (source.length > CONTENT_LIMITS.source) {
    throw new TemplateSyntaxError(field, 1, 1, `is longer than ${CONTENT_LIMITS.source} characters`);
  }
  try {
    return new TemplateParser(engine).parseTokens(tokensOf(source, engine));
  } catch (error) {
    if (!LiquidError.is(error)) throw error;
    const [line = 1, column = 1] = error.token.getPosition();
    throw new TemplateSyntaxError(field, line, column, reasonOf(error));
  }
}
