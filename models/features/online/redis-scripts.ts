/**
 * Sets each key to `<ms> <values>` where that is newer than, or another one of, its own time. The first
 * key is that of the entities' list; each other one has four arguments: its entity, the time, the value,
 * and when the key goes, on the wall clock in ms (0: never).
 */
export const PUT = `
local written = 0
for i = 2, #KEYS do
  local key = KEYS[i]
  local entity, new, value, goes = unpack(ARGV, 4 * i - 7, 4 * i - 4)
  local known = redis.call('GET', key)
  local at = known and tonumber(string.match(known, '^%-?%d+'))
  new = tonumber(new)
  if not at or new > at or (new == at and known ~= value) then
    redis.call('SET', key, value)
    if goes ~= '0' then redis.call('PEXPIREAT', key, goes) end
    written = written + 1
  end
  redis.call('SADD', KEYS[1], entity)
end
return written`;

/**
 * Removes the keys whose time is not later than the first argument. The first key is that of the
 * entities' list; each other one has its entity as an argument.
 */
export const REMOVE = `
local removed = 0
for i = 2, #KEYS do
  local known = redis.call('GET', KEYS[i])
  local at = known and tonumber(string.match(known, '^%-?%d+'))
  if at and at <= tonumber(ARGV[1]) then
    removed = removed + redis.call('DEL', KEYS[i])
    at = nil
  end
  if not at then redis.call('SREM', KEYS[1], ARGV[i]) end
end
return removed`;

/** Notes how far a table is, only ever further. */
export const NOTE = `
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and cjson.decode(known)['untilMs'] > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`;
