-- wrk: POSTs whose text, and Idempotency-Key when BOKGI_KEYS is set, are never twice the same.
local n, keys = 0, os.getenv("BOKGI_KEYS")
local run = os.getenv("BOKGI_RUN") or "0"

function request()
	n = n + 1
	local body = '{"text":"rolled the release back on half of the machines, the other half follows (' .. n .. ')","at":"' .. os.date("!2026-%m-%dT%H:%M:%SZ", n) .. '"}'
	wrk.headers["Content-Type"] = "application/json"
	if keys then wrk.headers["Idempotency-Key"] = run .. "-" .. n end
	return wrk.format("POST", nil, nil, body)
end
