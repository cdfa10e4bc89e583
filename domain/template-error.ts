/** The field of a template's content that an error is about, as a path below it. */
export type ContentField = 'subject' | 'html' | 'mjml' | 'text' | `vendor/params/${string}`;

/** The content cannot be compiled. `line` and `column` count from 1 in the text the editor wrote. */
export class TemplateSyntaxError extends Error {
  override readonly name = 'TemplateSyntaxError';

  constructor(
    readonly field: ContentField,
    readonly line: number,
    readonly column: number,
    readonly reason: string,
  ) {
    super(`${field}, line ${line}, column ${column}: ${reason}`);
  }
}

/** Values are absent that the content cannot do without: all of them, by name (`user.email` for one inside an object). */
export class MissingVariablesError extends Error {
  override readonly name = 'MissingVariablesError';

  constructor(readonly variables: readonly string[]) {
    super(`no value for ${variables.map((variable) => `"${variable}"`).join(', ')}`);
  }
}

/** The content cannot be rendered with these values: too long, empty, or an operation that does not fit a value. */
export class RenderError extends Error {
  override readonly name = 'RenderError';

  constructor(
    readonly field: ContentField,
    readonly reason: string,
  ) {
    super(`${field}: ${reason}`);
  }
}
