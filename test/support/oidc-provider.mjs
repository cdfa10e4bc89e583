/**
 * An OpenID provider on the port that is given, with one client that sends people back to http://api.example. Anybody signs in with any
 * password; `ada+marketing` is of the group marketing, and the email of `unverified…` is not verified.
 */
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

function claimsOf(id) {
  const [name, ...groups] = id.split('+');
  return { sub: id, name, groups, email: `${name}@people.example`, email_verified: !name.startsWith('unverified') };
}

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'luminate',
      client_secret: 'a secret of luminate',
      redirect_uris: ['http://api.example/v1/session/oidc/callback'],
    },
  ],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => claimsOf(id) }),
  // Everybody has consented.
  async loadExistingGrant({ oidc }) {
    const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
    grant.addOIDCScope('openid email profile');
    await grant.save();
    return grant;
  },
  cookies: { keys: ['a key for cookies'] },
});

provider.listen(port, '127.0.0.1', () => console.log(issuer));
