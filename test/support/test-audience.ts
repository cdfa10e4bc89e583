import request from 'supertest';
import type { Channel } from '../../domain/lane';
import type { Client, TestApi } from './test-api';

/** Uploads a file of recipients by the API and returns the id of the audience. */
export async function uploadAudience(api: TestApi, client: Client, channel: Channel, csv: string): Promise<string> {
  const response = await request(api.app)
    .post('/v1/audiences')
    .query({ channel, addressColumn: 'to', name: 'people.csv' })
    .set('Authorization', `Bearer ${client.key}`)
    .set('Content-Type', 'text/csv')
    .send(csv);
  if (response.status !== 201) throw new Error(`upload answered ${response.status}: ${response.text}`);
  return (response.body as { id: string }).id;
}

/** Lines of a file whose recipients have the columns `name` and `city`; row n is of the n-th address. */
export const peopleCsv = (count: number, channel: Channel = 'sms'): string =>
  [
    'to,name,city',
    ...Array.from({ length: count }, (_, i) => {
      const to = channel === 'sms' ? `+8613800${String(100_000 + i)}` : `person${i}@example.com`;
      return `${to},Person ${i},Vienna`;
    }),
  ].join('\n');
