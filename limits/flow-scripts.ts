/**
 * The scripts of flow control. All work on the ten keys of one limit, in this order:
 *
 * - `log` grants by time, the only thing that decides how many may go; `bulk` those of the window that are no verification
 *   codes, for the reserve;
 * - `queue` waiting tickets by finish tag; `codes` those of them that are verification codes;
 * - `sleep` waiting tickets by the time at which they were told to come back; once that has come they move to `held` (by the
 *   same time) and `claims`, `codeClaims` (by tag): each holds a claim on a place until it has asked, or patience ends;
 * - `late` tags of tickets that did not come in time, should they come after all;
 * - `state` hash: `V`, the tag of the last one granted, and the last finish tag of every flow.
 *
 * Tags are whole numbers: finish tags are even, a ticket that is no verification code adds 1. So the tag alone tells the kind,
 * and no code has the tag of another ticket.
 */
const KEYS = `
local log, bulk, queue, codes, claims, codeClaims, sleep, held, late, state = unpack(KEYS)
local function isCode(tag) return tag % 2 == 0 end
local function dropClaim(ticket)
  redis.call('ZREM', claims, ticket)
  redis.call('ZREM', codeClaims, ticket)
  redis.call('ZREM', held, ticket)
end
local function leave(ticket)
  dropClaim(ticket)
  redis.call('ZREM', sleep, ticket)
  redis.call('ZREM', queue, ticket)
  redis.call('ZREM', codes, ticket)
end
local function join(ticket, tag)
  redis.call('ZREM', late, ticket)
  redis.call('ZADD', queue, tag, ticket)
  if isCode(tag) then redis.call('ZADD', codes, tag, ticket) end
end
local function claim(ticket, tag)
  redis.call('ZADD', claims, tag, ticket)
  if isCode(tag) then redis.call('ZADD', codeClaims, tag, ticket) end
end
`;

/**
 * ARGV: now, messages, window in ms, messages of it kept for codes, patience in ms, remember in ms, most remembered, most moved
 * by one call; then per ticket: id, flow, step of its flow. Answers the length of the queue, then per ticket: its tag and, unless
 * it may go, when to come back and its place in the queue (else 0, 0).
 */
export const ASK = `${KEYS}
local now, messages, window, reserved = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local patience, remember = tonumber(ARGV[5]), tonumber(ARGV[6])
local mostRemembered, mostMoved = tonumber(ARGV[7]), ARGV[8]
-- A clock that is behind must not grant before what is granted already.
now = math.max(now, tonumber(redis.call('ZRANGE', log, -1, -1, 'WITHSCORES')[2] or 0))

local function expire(ticket)
  local tag = redis.call('ZSCORE', queue, ticket)
  leave(ticket)
  if tag then redis.call('ZADD', late, tag, ticket) end
end
local function come(key, until_)
  return redis.call('ZRANGE', key, '-inf', until_, 'BYSCORE', 'LIMIT', 0, mostMoved, 'WITHSCORES')
end
local overdue = come(held, now - patience)
for i = 1, #overdue, 2 do expire(overdue[i]) end
local due = come(sleep, now)
for i = 1, #due, 2 do
  local ticket, back = due[i], tonumber(due[i + 1])
  local tag = tonumber(redis.call('ZSCORE', queue, ticket))
  if back <= now - patience or not tag then expire(ticket)
  else
    redis.call('ZREM', sleep, ticket)
    redis.call('ZADD', held, back, ticket)
    claim(ticket, tag)
  end
end

local V = tonumber(redis.call('HGET', state, 'V') or 0)
local finishes, asked, wanted = {}, {}, {}
for i = 9, #ARGV, 3 do
  local ticket, flow, step = ARGV[i], ARGV[i + 1], tonumber(ARGV[i + 2])
  if not asked[ticket] then
    local one = { ticket = ticket }
    asked[ticket] = one
    if redis.call('ZSCORE', log, ticket) then
      -- Its turn is now: that is where it would stand if it had to queue again.
      one.back, one.place, one.tag = 0, 0, V + (step > 2 and 1 or 0)
    else
      one.tag = tonumber(redis.call('ZSCORE', queue, ticket) or redis.call('ZSCORE', late, ticket))
      one.mayClaim = one.tag
      if not one.tag then
        local finish = math.max(V, finishes[flow] or tonumber(redis.call('HGET', state, flow) or 0)) + step
        finishes[flow] = finish
        one.tag = finish + (step > 2 and 1 or 0)
      end
      join(ticket, one.tag)
      wanted[#wanted + 1] = one
    end
  end
end
for flow, finish in pairs(finishes) do redis.call('HSET', state, flow, finish) end
table.sort(wanted, function(a, b) return a.tag < b.tag or (a.tag == b.tag and a.ticket < b.ticket) end)

local function count(key) return redis.call('ZCOUNT', key, '(' .. (now - window), '+inf') end
local used = count(log)
local usedBulk = reserved > 0 and count(bulk) or used
local bulkMessages = messages - reserved
local function claimsAhead(one)
  local ahead = redis.call('ZRANK', claims, one.ticket)
  if isCode(one.tag) then
    local codesAhead = redis.call('ZRANK', codeClaims, one.ticket)
    -- Of the others no more can go than their part of the window has room for, so no more are in a code's way.
    return codesAhead + math.min(ahead - codesAhead, math.max(0, bulkMessages - usedBulk)), 0
  end
  return ahead, ahead - redis.call('ZCOUNT', codeClaims, '-inf', one.tag)
end

local stopped, waiting = {}, {}
for _, one in ipairs(wanted) do
  local code = isCode(one.tag)
  local go = false
  if not stopped[code] then
    claim(one.ticket, one.tag)
    one.mayClaim = true
    local ahead, bulkAhead = claimsAhead(one)
    go = ahead < messages - used and (code or bulkAhead < bulkMessages - usedBulk)
  end
  if go then
    leave(one.ticket)
    redis.call('ZADD', log, now, one.ticket)
    used = used + 1
    if not code then redis.call('ZADD', bulk, now, one.ticket) end
    if not code or reserved == 0 then usedBulk = usedBulk + 1 end
    V = math.max(V, one.tag - one.tag % 2)
    one.back, one.place = 0, 0
  else
    -- Whoever is behind it, and of its kind, has at least as many ahead.
    stopped[code] = true
    if one.mayClaim then dropClaim(one.ticket) end
    waiting[#waiting + 1] = one
  end
end
if #wanted > #waiting then redis.call('HSET', state, 'V', V) end

local known = {}
local function scoreAt(key, fromEnd)
  local name = key .. fromEnd
  if not known[name] then known[name] = tonumber(redis.call('ZRANGE', key, fromEnd, fromEnd, 'WITHSCORES')[2]) end
  return known[name]
end
-- When the k-th in the queue finds a place: the places in the order in which they become free, round after round.
local function comesAt(key, limit, taken, k)
  local j = k - 1 - math.max(0, limit - taken)
  if j < 0 then return now end
  local skip = math.max(0, taken - limit)
  local from = j % limit + skip
  return (from < taken and scoreAt(key, from - taken) or now) + window * (1 + math.floor(j / limit))
end
local codesWait = redis.call('ZCARD', codes) > 0
for _, one in ipairs(waiting) do
  local code = isCode(one.tag)
  one.place = redis.call('ZRANK', queue, one.ticket) + 1
  local codesAhead = codesWait and not code and redis.call('ZCOUNT', codes, '-inf', one.tag) or 0
  one.back = comesAt(log, messages, used, one.place)
  if reserved > 0 and not code then
    one.back = math.max(one.back, comesAt(bulk, bulkMessages, usedBulk, one.place - codesAhead))
  end
  -- A free place that claims hold is free for the next in the queue as soon as nobody has come for it.
  if used < messages and (code or usedBulk < bulkMessages) then
    local ahead = redis.call('ZCOUNT', claims, '-inf', one.tag)
    local bulkAhead = ahead - redis.call('ZCOUNT', codeClaims, '-inf', one.tag)
    if one.place - ahead <= messages - used and (code or one.place - codesAhead - bulkAhead <= bulkMessages - usedBulk) then
      one.back = math.min(one.back, now + patience)
    end
  end
  redis.call('ZADD', sleep, one.back, one.ticket)
end

local past = redis.call('ZCARD', log) - used
local old = math.min(redis.call('ZCOUNT', log, '-inf', now - math.max(window, remember)), redis.call('ZCARD', log) - messages)
local forgotten = math.max(old, past - mostRemembered)
if forgotten > 0 then redis.call('ZREMRANGEBYRANK', log, 0, forgotten - 1) end
redis.call('ZREMRANGEBYSCORE', bulk, '-inf', now - window)
redis.call('ZREMRANGEBYRANK', late, 0, -1 - mostRemembered)
local last = tonumber(redis.call('ZRANGE', sleep, -1, -1, 'WITHSCORES')[2] or now)
for _, key in ipairs(KEYS) do redis.call('PEXPIRE', key, math.max(window, last - now) + remember) end

local answers = { redis.call('ZCARD', queue) }
for i = 9, #ARGV, 3 do
  local one = asked[ARGV[i]]
  answers[#answers + 1] = one.tag
  answers[#answers + 1] = one.back
  answers[#answers + 1] = one.place
end
return answers`;

/**
 * ARGV: for how long a queue that is new is kept in ms, then per ticket: id, tag, when to come back. Takes grants back; the
 * tickets queue again where they stood.
 */
export const REQUEUE = `${KEYS}
for i = 2, #ARGV, 3 do
  local ticket, tag = ARGV[i], tonumber(ARGV[i + 1])
  redis.call('ZREM', log, ticket)
  redis.call('ZREM', bulk, ticket)
  dropClaim(ticket)
  join(ticket, tag)
  redis.call('ZADD', sleep, ARGV[i + 2], ticket)
end
for _, key in ipairs({ queue, codes, sleep }) do redis.call('PEXPIRE', key, ARGV[1], 'NX') end`;

/**
 * ARGV: per ticket: id, flow, step of its flow. Forgets them; where they were the last of their flow, what comes next does not
 * stand behind their empty places.
 */
export const FORGET = `${KEYS}
local gone = {}
for i = 1, #ARGV, 3 do
  local ticket = ARGV[i]
  local tag = tonumber(redis.call('ZSCORE', queue, ticket) or redis.call('ZSCORE', late, ticket))
  if tag then gone[#gone + 1] = { tag = tag, flow = ARGV[i + 1], step = tonumber(ARGV[i + 2]) } end
  leave(ticket)
  for _, key in ipairs({ log, bulk, late }) do redis.call('ZREM', key, ticket) end
end
table.sort(gone, function(a, b) return a.tag > b.tag end)
for _, one in ipairs(gone) do
  local finish = one.tag - one.tag % 2
  if tonumber(redis.call('HGET', state, one.flow) or 0) == finish then
    redis.call('HSET', state, one.flow, finish - one.step)
  end
end`;
