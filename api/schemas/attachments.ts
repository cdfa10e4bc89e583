import { z } from 'zod';
import {
  ATTACHMENT_LIMITS,
  contentTypeOf,
  filenameFault,
  parseAttachmentUrl,
  type Attachment,
} from '../../domain/attachment';

const MAX_BYTES = 8 * 1024;

const urlSchema = z
  .string()
  .min(1)
  .max(ATTACHMENT_LIMITS.url)
  .transform((text, context) => {
    const parsed = parseAttachmentUrl(text);
    if (parsed.ok) return parsed.url;
    context.addIssue({ code: 'custom', message: parsed.reason, params: { code: parsed.code } });
    return z.NEVER;
  });
const filenameSchema = z.string().superRefine((name, context) => {
  const message = filenameFault(name);
  if (message) context.addIssue({ code: 'custom', message, params: { code: 'invalid_filename' } });
});
const contentTypeSchema = z.string().transform((text, context) => {
  const type = contentTypeOf(text);
  if (type !== undefined) return type;
  const message = 'must be the media type of a file, such as application/pdf';
  context.addIssue({ code: 'custom', message, params: { code: 'invalid_content_type' } });
  return z.NEVER;
});

const attachmentSchema = z
  .strictObject({
    url: urlSchema
      .describe('Where the file is: https, on a host that the rule `attachments` names. Redirects are not followed.')
      .meta({ example: 'https://files.example.com/invoice.pdf' }),
    filename: filenameSchema
      .optional()
      .describe('Default: the last part of the path of `url`. The second of two equal names gets a number.'),
    contentType: contentTypeSchema.optional().describe('Media type. Default: what the host says.'),
  })
  .meta({ id: 'Attachment' });

/** What the emails of a send carry. */
export const attachmentsSchema = z
  .array(attachmentSchema)
  .max(ATTACHMENT_LIMITS.count)
  .refine((list) => Buffer.byteLength(JSON.stringify(list)) <= MAX_BYTES, 'must not exceed 8 KB as JSON')
  .describe(
    'Files that every email of the send carries; templates of other channels have none. Fetched when the emails are handed over, not before: ' +
      'keep them there until then. A file that is gone, or not allowed, ends its emails as `failed: attachment_refused`; one whose host is away is asked for again.',
  );

/** An attachment as a send tells of it. */
export const viewedAttachmentSchema = z.strictObject({
  url: z.string(),
  filename: z.string().optional(),
  contentType: z.string().optional(),
});

export function viewAttachment({ url, filename, contentType }: Attachment): z.input<typeof viewedAttachmentSchema> {
  return {
    url,
    ...(filename === undefined ? {} : { filename }),
    ...(contentType === undefined ? {} : { contentType }),
  };
}
