import { isId, type MessageId } from '../../domain/ids';

/** The text as our id of a message, if it is one. */
export function messageIdOf(text: string | null | undefined): MessageId | undefined {
  return text !== null && text !== undefined && isId('msg', text) ? text : undefined;
}

/** Our id in a `Message-ID` that we gave a mail: `<msg_…@domain>`. */
export function messageIdOfHeader(header: string | undefined): MessageId | undefined {
  return messageIdOf(/^\s*<?([^<>@\s]+)@/.exec(header ?? '')?.[1]);
}
