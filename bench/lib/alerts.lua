-- wrk: POSTs of BOKGI_PER_POST firing alerts out of 1,000 that repeat, as Alertmanager sends them to us (webhook) or as Prometheus sends them to Alertmanager.
local per = tonumber(os.getenv("BOKGI_PER_POST") or "1")
local webhook = os.getenv("BOKGI_FORMAT") == "webhook"
local n, bodies = 0, {}

local function alert(i)
	local common = '"labels":{"alertname":"HighErrorRate","service":"checkout","severity":"warning","instance":"10.0.0.' .. i .. '"},' ..
		'"annotations":{"summary":"Error rate above 5 percent"},"startsAt":"2026-03-01T05:51:03Z","generatorURL":"http://prometheus:9090/graph?g0"'
	if webhook then
		return '{"status":"firing","fingerprint":"' .. string.format("%016x", i) .. '","endsAt":"0001-01-01T00:00:00Z",' .. common .. '}'
	end
	return '{' .. common .. '}'
end

local function body(first)
	local all = {}
	for i = 0, per - 1 do all[#all + 1] = alert((first + i) % 1000) end
	local list = '[' .. table.concat(all, ',') .. ']'
	if not webhook then return list end
	return '{"version":"4","groupKey":"{}:{}","status":"firing","receiver":"bokgi","groupLabels":{},"commonLabels":{},"commonAnnotations":{},' ..
		'"externalURL":"http://alertmanager:9093","truncatedAlerts":0,"alerts":' .. list .. '}'
end

function init()
	wrk.method = "POST"
	wrk.headers["Content-Type"] = "application/json"
	for i = 0, math.ceil(1000 / per) - 1 do bodies[#bodies + 1] = wrk.format(nil, nil, nil, body(i * per)) end
end

function request()
	n = n % #bodies + 1
	return bodies[n]
end
