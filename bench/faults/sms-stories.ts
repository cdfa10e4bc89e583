import type { Story } from './story';

/** A text's story with the sandbox's number for it (sandbox/magic-numbers.ts). */
export interface SmsStory extends Story {
  readonly to: string;
}

const story = (to: string, name: string, end: Story['end'], loses = false): SmsStory => ({ to, name, end, loses });

/**
 * What texts meet besides being taken. A number does the same at every attempt, so a story that loses answers loses one each
 * time, and one that asks for patience never ends.
 */
export const SMS_STORIES: readonly SmsStory[] = [
  story('+15005550001', '400 21211', 'refused'),
  story('+15005550002', '400 21612', 'refused'),
  story('+15005550003', '400 21408', 'refused'),
  story('+15005550004', '400 21610', 'refused'),
  story('+15005550009', '400 21614', 'refused'),
  story('+15005550101', '429 Retry-After', 'never'),
  story('+15005550102', '500 before recording', 'never', true),
  story('+15005550103', '500 after recording', 'never', true),
  story('+15005550104', 'hang before recording', 'never', true),
  story('+15005550105', 'hang after recording', 'never', true),
  story('+15005550106', 'reset before recording', 'never', true),
  story('+15005550107', 'reset after recording', 'never', true),
  story('+15005550110', '503 20503', 'never'),
  story('+15005550111', 'taken, then undelivered', 'taken'),
  story('+15005550112', 'taken, then failed', 'taken'),
  story('+15005550113', 'taken, never delivered', 'taken'),
];
