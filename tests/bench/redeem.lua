-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Sparkbox Authors
-- wrk -s redeem.lua URL -- FOLDER FIRST: redeems, each request another pair of ad account and code.
local function lines(path)
  local found = {}
  for line in io.lines(path) do found[#found + 1] = line end
  return found
end

local heads, bodies, codes, at = {}, {}, {}, 0

function init(arguments)
  at = tonumber(arguments[2])
  for _, line in ipairs(lines(arguments[1] .. "/advertisers")) do
    local id, token = line:match("^(%S+) (%S+)$")
    heads[#heads + 1] = { ["Access-Token"] = token, ["Content-Type"] = "application/json" }
    bodies[#bodies + 1] = '{"advertiser_id":"' .. id .. '","auth_code":"'
  end
  for _, line in ipairs(lines(arguments[1] .. "/codes")) do
    codes[#codes + 1] = line:match("^(%S+) ")
  end
end

function request()
  local brand = at % #heads
  local code = (at * 7919 + math.floor(at / #heads)) % #codes
  at = at + 1
  return wrk.format("POST", "/open_api/v1.3/tt_video/authorize/", heads[brand + 1],
                    bodies[brand + 1] .. codes[code + 1] .. '"}')
end
