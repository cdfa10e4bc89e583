import { SegmentedMessage } from 'sms-segments-calculator';
import type { SmsSize } from '../../domain/content';

/**
 * How a text goes over the air: GSM-7 (160 characters, 153 per part) or UCS-2 (70, 67), and how many segments are charged.
 * Characters are counted as people do; the extended ones of GSM-7 (`€ [ ] { } ~ ^ | \`) take two places each.
 */
export function smsSize(text: string): SmsSize {
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName,
    segments: message.segmentsCount,
    characters: message.graphemes.length,
  };
}
