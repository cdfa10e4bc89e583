import type { Channel } from './lane';

/** What an editor writes. Exactly one of `html` and `mjml`; without `text` the text part is made from the HTML. */
export interface EmailContent {
  readonly subject: string;
  readonly html?: string;
  readonly mjml?: string;
  readonly text?: string;
}

/**
 * How a provider that sends templates of its own, as Aliyun does, sends a text. Providers that take any text ignore it. Without
 * `templateCode` and `signName` those of the account are used.
 */
export interface VendorTemplate {
  readonly templateCode?: string;
  readonly signName?: string;
  /** Values of the provider's template by name. Absent: `content`, which is the whole text. */
  readonly params?: Readonly<Record<string, string>>;
}

/** `text` is what every recipient shall read, whoever sends it; the params of `vendor` are Liquid as well. */
export interface SmsContent {
  readonly text: string;
  readonly vendor?: VendorTemplate;
}

/** Content by channel, discriminated by the channel of its template. */
export interface ContentByChannel {
  readonly email: EmailContent;
  readonly sms: SmsContent;
}
export type Content = ContentByChannel[Channel];

/** Email content as it is kept: with the HTML made from its MJML, so that nobody compiles MJML when sending. */
export interface StoredEmailContent extends EmailContent {
  readonly compiledHtml?: string;
}
export type StoredContent = StoredEmailContent | SmsContent;

/** Longest texts, in UTF-16 characters: `source` for each field as written, the others as rendered. */
export const CONTENT_LIMITS = {
  source: 512 * 1024,
  subject: 998,
  html: 512 * 1024,
  text: 512 * 1024,
  smsText: 1600,
  vendorParam: 1600,
} as const;

export interface RenderedEmail {
  readonly channel: 'email';
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

export interface RenderedSms {
  readonly channel: 'sms';
  readonly text: string;
  /** With the params rendered. */
  readonly vendor?: VendorTemplate;
}

/** What a recipient gets. */
export type Rendered = RenderedEmail | RenderedSms;

/** Values for the variables of a template: any JSON. */
export type Variables = Readonly<Record<string, unknown>>;

/** How an SMS goes over the air: its alphabet and how many segments are charged. */
export interface SmsSize {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
  readonly characters: number;
}
