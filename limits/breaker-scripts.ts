/**
 * What both scripts know. KEYS: the state (a hash), the latest answers and the failures among them (sorted sets by time).
 * ARGV: now, the account's revision. A higher revision than the one noted means that somebody changed or reset the account: what is
 * known of the older one counts no more. Every field of the hash is a number, save `state`, `cause`, `probe` and the words.
 */
const PRELUDE = `
local key, answers, failures = KEYS[1], KEYS[2], KEYS[3]
local now, revision = tonumber(ARGV[1]), tonumber(ARGV[2])
local function num(field) return tonumber(redis.call('HGET', key, field) or '') or 0 end
if num('revision') < revision then
  redis.call('DEL', key, answers, failures)
  redis.call('HSET', key, 'revision', revision)
end
local state = redis.call('HGET', key, 'state') or 'closed'
local function enter(to, ...)
  state = to
  redis.call('HSET', key, 'state', to, 'since', now, ...)
  redis.call('HDEL', key, 'probe')
  redis.call('DEL', answers, failures)
end
local function keep() redis.call('PEXPIRE', key, 604800000) end
`;

/**
 * ARGV further: window, answers needed, share of failures, open, longest open and ramp times; then seven an answer: its
 * ticket, its kind (good, bad, broken, neutral), the revision it was made with, when it began and ended, until when the account is
 * held (0: it is not), and its words. Times in ms. Returns what the account became: `opened`, `ramping` or nothing.
 * An answer that comes again changes nothing: its ticket is known, its probe is over, or it is older than the state or the window.
 */
export const REPORT = `${PRELUDE}
local window, needed, share = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local shortest, longest, ramp = tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local became = ''
if state == 'ramping' and now >= num('since') + ramp then
  state = 'closed'
  redis.call('HSET', key, 'state', state, 'since', num('since') + ramp)
  redis.call('HDEL', key, 'openMs')
end
local function open(cause, ms, words, n, f)
  if ms > longest then ms = longest end
  enter('open', 'until', now + ms, 'openMs', ms, 'cause', cause, 'words', words, 'attempts', n, 'failures', f)
  became = 'opened'
end
local function again() return math.max(shortest, num('openMs') * 2) end
local last
for i = 9, #ARGV, 7 do
  local ticket, kind, made, began = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2]), tonumber(ARGV[i + 3])
  local ended, held, words = tonumber(ARGV[i + 4]), tonumber(ARGV[i + 5]), ARGV[i + 6]
  if made >= num('revision') then
    if held > now and held > num('heldUntil') then redis.call('HSET', key, 'heldUntil', held, 'heldWords', words) end
    if state == 'half_open' and ticket == redis.call('HGET', key, 'probe') then
      if kind == 'neutral' then
        redis.call('HSET', key, 'state', 'open', 'until', now)
        redis.call('HDEL', key, 'probe')
        state = 'open'
      elseif kind == 'good' then
        enter('ramping')
        became = 'ramping'
      elseif kind == 'broken' then open('broken', longest, words, 1, 1)
      else open('probe', again(), words, 1, 1) end
    elseif kind == 'broken' then
      local known = state == 'open' and redis.call('HGET', key, 'cause') == 'broken'
      if not known and ended > num('since') then open('broken', longest, words, 1, 1) end
    elseif kind ~= 'neutral' and (state == 'closed' or state == 'ramping') and ended > now - window and began >= num('since') then
      if redis.call('ZADD', answers, 'NX', ended, ticket) == 1 and kind == 'bad' then
        redis.call('ZADD', failures, ended, ticket)
        last = words
      end
    end
  end
end
if state == 'closed' or state == 'ramping' then
  redis.call('ZREMRANGEBYSCORE', answers, '-inf', now - window)
  redis.call('ZREMRANGEBYRANK', answers, 0, -5001)
  local oldest = redis.call('ZRANGE', answers, 0, 0, 'WITHSCORES')[2]
  if oldest then redis.call('ZREMRANGEBYSCORE', failures, '-inf', '(' .. oldest) else redis.call('DEL', failures) end
  local n, f = redis.call('ZCARD', answers), redis.call('ZCARD', failures)
  if last and n >= needed and f >= share * n then open('failures', state == 'ramping' and again() or shortest, last, n, f) end
  redis.call('PEXPIRE', answers, window)
  redis.call('PEXPIRE', failures, window)
end
keep()
return became`;

/**
 * ARGV further: for how long a probe has the account to itself (ms), since when MySQL calls the account broken (0: it does not), for
 * a Redis that has forgotten, and the tickets that would probe. Returns the one that may, which gets the same answer when it asks
 * again, or nothing.
 */
export const CLAIM_PROBE = `${PRELUDE}
local limit, parked = tonumber(ARGV[3]), tonumber(ARGV[4])
if state == 'half_open' and now < num('until') then
  local probe = redis.call('HGET', key, 'probe')
  for i = 5, #ARGV do if ARGV[i] == probe then return probe end end
  return ''
end
local forgotten = state == 'closed' and parked > num('since')
if not forgotten and (state == 'closed' or state == 'ramping' or now < num('until')) then return '' end
if forgotten then redis.call('HSET', key, 'cause', 'broken') end
enter('half_open', 'until', now + limit)
redis.call('HSET', key, 'probe', ARGV[5])
keep()
return ARGV[5]`;

/** ARGV: now, revision, window. Changes nothing. Returns the numbers and words of BreakerState, as far as they are known. */
export const READ = `
local key, now, revision, window = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', key, 'state', 'since', 'until', 'cause', 'words', 'attempts', 'failures', 'heldUntil', 'heldWords', 'probe', 'revision')
if (tonumber(known[11] or '') or 0) < revision then known = {} end
for i = 1, 11 do known[i] = known[i] or '' end
if known[1] == '' or known[1] == 'closed' or known[1] == 'ramping' then
  known[6] = redis.call('ZCOUNT', KEYS[2], '(' .. (now - window), '+inf')
  known[7] = redis.call('ZCOUNT', KEYS[3], '(' .. (now - window), '+inf')
  if (tonumber(known[11]) or 0) < revision then known[6], known[7] = 0, 0 end
end
return known`;
