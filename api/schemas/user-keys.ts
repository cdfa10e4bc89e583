import { z } from 'zod';
import { apiKeySchema } from './apps';
import { userChangeSchema, userSchema } from './users';

const keys = z
  .array(apiKeySchema)
  .describe('The API keys that the person made and that still work, of all apps: nobody but you ends them.');

export const changedUserSchema = userSchema.extend({ keys }).meta({ id: 'ChangedUser' });
export const deletedUserSchema = z.strictObject({ keys }).meta({ id: 'DeletedUser' });

export const userEditSchema = userChangeSchema.extend({
  revokeKeys: z
    .boolean()
    .default(false)
    .describe('Revoke the API keys that the person made, of all apps; needs `keys:write`.'),
});
export const userDeletionQuery = z.strictObject({
  revokeKeys: z
    .enum(['true', 'false'])
    .default('false')
    .describe('`true`: revoke the API keys that the person made, of all apps; needs `keys:write`.'),
});
