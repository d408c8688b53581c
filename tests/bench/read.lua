-- SPDX-License-Identifier: GPL-3.0-or-later
-- Copyright The Sparkbox Authors
-- wrk -s read.lua URL -- FOLDER page N | code | changes: reads pages of N videos, codes or changes, of all
-- accounts in turn.
local requests, at = {}, 0

function init(arguments)
  local tokens = {}
  for line in io.lines(arguments[1] .. "/tokens") do
    local account, token = line:match("^(%S+) (%S+)$")
    tokens[account] = { ["Authorization"] = "Bearer " .. token }
    if arguments[2] == "page" then
      requests[#requests + 1] = wrk.format("GET", "/v1/videos?account=" .. account .. "&limit="
                                           .. arguments[3], tokens[account])
    end
  end
  if arguments[2] == "changes" then
    for _, head in pairs(tokens) do
      requests[#requests + 1] = wrk.format("GET", "/v1/changes?limit=200", head)
    end
  end
  if arguments[2] == "code" then
    for line in io.lines(arguments[1] .. "/codes") do
      local id = line:match(" (%S+)$")
      requests[#requests + 1] = wrk.format("GET", "/v1/codes/" .. id,
                                           tokens[id:match("^(%d+)%.")])
    end
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end
