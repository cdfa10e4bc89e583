/** Channels with the numeric codes of the ancestor's API. */
export const CHANNELS = { email: 40, sms: 30 } as const;
export type Channel = keyof typeof CHANNELS;

/** Message types with the numeric codes of the ancestor's API. */
export const MESSAGE_TYPES = { notice: 10, marketing: 20, verification: 30 } as const;
export type MessageType = keyof typeof MESSAGE_TYPES;

/** One task queue each, so that no lane can delay another. */
export type Lane = `${Channel}.${MessageType}`;

export const CHANNEL_NAMES = Object.keys(CHANNELS) as [Channel, ...Channel[]];
export const MESSAGE_TYPE_NAMES = Object.keys(MESSAGE_TYPES) as [MessageType, ...MessageType[]];
export const LANES: readonly Lane[] = CHANNEL_NAMES.flatMap((channel) =>
  MESSAGE_TYPE_NAMES.map((type) => laneOf(channel, type)),
);

export function laneOf(channel: Channel, messageType: MessageType): Lane {
  return `${channel}.${messageType}`;
}

/** The two halves of a lane. */
export function partsOfLane(lane: Lane): { channel: Channel; messageType: MessageType } {
  const [channel, messageType] = lane.split('.') as [Channel, MessageType];
  return { channel, messageType };
}

export function isLane(text: string): text is Lane {
  return (LANES as readonly string[]).includes(text);
}

/** Temporal priority, 1 (soonest) to 5: codes people wait for overtake notices, notices overtake marketing. */
export const PRIORITY: Record<MessageType, 1 | 3 | 5> = { verification: 1, notice: 3, marketing: 5 };
