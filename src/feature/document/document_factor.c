/* Labels of what contributes, so that incidents of different words are found to have the same in them. These come with bokgi; an organisation adds its own. */
#include "feature/document/document_report.h"

SHAPE(factor_shape, "Factor", struct factor, N_("a label for what contributed"),
	F(struct factor, FT_TEXT, code, FIELD_REQUIRED, N_("what causes carry")),
	F(struct factor, FT_TEXT, name_en, FIELD_REQUIRED, N_("its name in English")),
	F(struct factor, FT_TEXT, name_ko, FIELD_REQUIRED, N_("its name in Korean")),
	F(struct factor, FT_BOOL, own, FIELD_REQUIRED, N_("the organisation's own")),
	F(struct factor, FT_BOOL, ended, FIELD_REQUIRED, N_("not offered any more")),
	F(struct factor, FT_I64, version, FIELD_REQUIRED, N_("version, for If-Match")));

static const struct {
	const char *code, *en, *ko;
} shipped[] = {
	{ "code_change", "Change of code", "코드 변경" },
	{ "config_change", "Change of configuration", "설정 변경" },
	{ "data_change", "Change of data or schema", "데이터·스키마 변경" },
	{ "latent_bug", "Latent bug", "숨어 있던 버그" },
	{ "capacity", "Capacity", "용량 부족" },
	{ "load", "Unusual load", "평소와 다른 부하" },
	{ "growth", "Growth and complexity", "시스템의 성장과 복잡도" },
	{ "degradation", "Slow degradation", "서서히 나빠진 성능" },
	{ "dependency", "Dependency failed", "의존하는 서비스의 실패" },
	{ "supplier", "Supplier", "외부 업체" },
	{ "network", "Network", "네트워크" },
	{ "hardware", "Hardware", "하드웨어" },
	{ "cascade", "Cascading failure", "연쇄 실패" },
	{ "time_limit", "Missing or wrong time limit", "제한 시간이 없거나 맞지 않음" },
	{ "retry", "Retries", "재시도" },
	{ "missing_guard", "Missing guard", "안전장치가 없음" },
	{ "guard_worsened", "A safeguard that worsened it", "상황을 나쁘게 한 안전장치" },
	{ "interface", "Interface that misleads", "헷갈리게 하는 화면이나 명령" },
	{ "missing_alert", "Missing or late alert", "없거나 늦은 알람" },
	{ "noise", "Signal lost in noise", "소음에 묻힌 신호" },
	{ "observability", "Missing metric or log", "없는 지표나 로그" },
	{ "documentation", "Missing or outdated documentation", "없거나 낡은 문서" },
	{ "ownership", "Unclear ownership", "분명하지 않은 담당" },
	{ "communication", "Information did not arrive", "전해지지 않은 정보" },
	{ "process", "Development process", "개발 절차" },
	{ "deployment", "Planning of the rollout", "배포 계획" },
	{ "testing", "Missing test", "없는 시험" },
	{ "practice", "Out of practice", "해 본 적이 없는 일" },
	{ "security", "Security", "보안" },
	{ "external_event", "External event", "외부의 사건" },
};
enum { SHIPPED = sizeof shipped / sizeof *shipped };

enum st factor_all(struct ctx *c, struct list *out) {
	struct list own;
	enum st st = factor_store_all(c, &own);
	if (st != ST_OK)
		return st;
	struct factor *items = arena_array(c->a, SHIPPED + own.n, sizeof *items);
	for (size_t i = 0; i < SHIPPED; i++)
		items[i] = (struct factor){ .code = str_c(shipped[i].code), .name_en = str_c(shipped[i].en), .name_ko = str_c(shipped[i].ko) };
	if (own.n)
		memcpy(items + SHIPPED, own.items, own.n * sizeof *items);
	*out = (struct list){ items, SHIPPED + own.n };
	return ST_OK;
}

enum st factor_find(struct ctx *c, str code, struct factor *out) {
	struct list all;
	enum st st = factor_all(c, &all);
	const struct factor *f = all.items;
	for (size_t i = 0; st == ST_OK && i < all.n; i++)
		if (str_eq(f[i].code, code)) {
			*out = f[i];
			return ST_OK;
		}
	return st == ST_OK ? ST_NOT_FOUND : st;
}
