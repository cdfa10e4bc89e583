import { CHANNELS, MESSAGE_TYPES, type Channel, type MessageType } from '../../domain/lane';
import type { MessageStatus } from '../../domain/message-status';

/** Numbers of the ancestor's enums. */
export const TEMPLATE_TYPES = { clocking: 10, realtime: 20 } as const;
export type TemplateType = (typeof TEMPLATE_TYPES)[keyof typeof TEMPLATE_TYPES];
export const TEMPLATE_STATUSES = { init: 10, stop: 20, run: 30 } as const;
export type TemplateStatus = (typeof TEMPLATE_STATUSES)[keyof typeof TEMPLATE_STATUSES];
const ID_TYPES: Readonly<Record<Channel, readonly number[]>> = { sms: [30], email: [40, 50] };

const keyOf = <K extends string>(codes: Readonly<Record<K, number>>, code: number): K | undefined =>
  (Object.keys(codes) as K[]).find((key) => codes[key] === code);

/** The channel of a number; `undefined` for one that there is not. */
export const channelOf = (code: number): Channel | undefined => keyOf(CHANNELS, code);
/** The message type of a number; `undefined` for one that there is not. */
export const messageTypeOf = (code: number): MessageType | undefined => keyOf(MESSAGE_TYPES, code);
/** The first is the one that a template has that names none. For email, 50 is austin's number. */
export const idTypesOf = (channel: Channel): readonly number[] => ID_TYPES[channel];

/** Events of a message, by luminate's numbers: austin's 50 and 60 mean something else. */
export const ANCHORS = {
  receive: 10,
  discard: 20,
  contentDeduplication: 30,
  ruleDeduplication: 40,
  sendSuccess: 50,
  sendFail: 60,
} as const;
export type Anchor = (typeof ANCHORS)[keyof typeof ANCHORS];

/** What an anchor is called in the chart of a template. */
export const ANCHOR_TEXTS: Readonly<Record<Anchor, string>> = {
  10: '消息接收成功',
  20: '消息被丢弃',
  30: '消息被内容去重',
  40: '消息被频次限制',
  50: '消息下发成功',
  60: '消息下发失败',
};
/** Of a message whose answer was lost: neither sent nor failed, and the ancestor has no number for it. */
export const UNKNOWN_TEXT = '下发结果未知';

interface State {
  /** `null`: none of the ancestor's. */
  readonly anchor: Anchor | null;
  readonly text: string;
}

const state = (anchor: Anchor, text = ANCHOR_TEXTS[anchor]): State => ({ anchor, text });

/** The one anchor that each final status is, and its words; a message that has not ended has none but RECEIVE. */
export const ENDINGS: Readonly<Partial<Record<MessageStatus, State>>> = {
  sent: state(ANCHORS.sendSuccess),
  delivered: state(ANCHORS.sendSuccess, '消息已送达'),
  complained: state(ANCHORS.sendSuccess, '接收者投诉'),
  bounced: state(ANCHORS.sendFail, '消息被退回'),
  undelivered: state(ANCHORS.sendFail, '消息未送达'),
  failed: state(ANCHORS.sendFail),
  deduplicated: state(ANCHORS.contentDeduplication),
  capped: state(ANCHORS.ruleDeduplication),
  discarded: state(ANCHORS.discard),
  suppressed: state(ANCHORS.discard, '接收者在屏蔽名单'),
  shielded: state(ANCHORS.discard, '消息被夜间屏蔽'),
  recalled: state(ANCHORS.discard, '消息已撤回'),
  expired: state(ANCHORS.discard, '消息已过期'),
  unknown: { anchor: null, text: UNKNOWN_TEXT },
};

/** How the ancestor writes a channel in a trace. */
export const CHANNEL_TEXTS: Readonly<Record<Channel, string>> = { email: 'email(邮件)', sms: 'sms(短信)' };
