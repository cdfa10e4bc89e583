/**
 * An OpenID provider on the port that is given, with one client that sends people back to http://api.example. Anybody signs in with any
 * password; `ada+marketing` is of the group marketing, and the email of `unverified…` is not verified. Of `mixed-…` ID token and user info say
 * different things: one has an email of its own that is verified, or a word that some email is, the other that of the victim.
 */
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;

const MIXED = {
  'mixed-word': {
    id_token: { email: 'victim@people.example', email_verified: false },
    userinfo: { email_verified: true },
  },
  'mixed-email': {
    id_token: { email: 'mixed@people.example', email_verified: true },
    userinfo: { email: 'victim@people.example' },
  },
};

function claimsOf(id, use) {
  if (id in MIXED) return { sub: id, ...MIXED[id][use] };
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
  // The ID token has what the user info has.
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  findAccount: (_ctx, id) => ({ accountId: id, claims: (use) => claimsOf(id, use) }),
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
