/* How things fail: the mechanisms that incidents have in common, and the words by which a text tells of them. A row is one mechanism, a cue one way of saying it. Cues are
 * separated by ";". Words of a cue stand beside each other; with " + " between them, near each other in either order; "expir*" is the beginning of a word. Korean words are
 * found inside longer ones. A new mechanism, or a new way of saying one, is one row or one cue; then raise SEARCH_WORDS_VERSION. */
#ifndef SEARCH_MECHANISM_WORDS_H
#define SEARCH_MECHANISM_WORDS_H

#include "core/i18n.h"
#include "feature/search/mechanism.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-variable"

static const struct mechanism mechanism_table[] = {
	{ "certificate", N_("Certificate expiry"),
		"certificate + expir*; cert + expir*; certs + expir*; ssl cert*; tls cert*; certificate renew*; certificate rotat*; "
		"certificate authorit*; root certificate*; intermediate certificate*; x509; letsencrypt; 인증서" },
	{ "expiry", N_("Something expired"),
		"expired; expiry; expiration; license + expir*; licence + expir*; lapsed; 만료" },
	{ "dns", N_("DNS"),
		"dns; nameserver*; name server*; name resolution; resolver*; zone file*; dnssec; route53; route 53; domain + resol*; "
		"네임서버; 도메인" },
	{ "routing", N_("Routing"),
		"bgp; route leak*; routing; router*; route table*; rout* + advertis*; prefix* + announc*; peering; autonomous system; "
		"ospf; 라우팅; 라우터; 경로 유출" },
	{ "network", N_("Network equipment"),
		"switch + network; switches; spanning tree; top of rack; link flap*; line card*; linecard*; network interface*; optic*; "
		"network equipment; network hardware; 스위치; 네트워크 장비" },
	{ "partition", N_("Network partition"),
		"partition + network; partitioned; packet loss; split brain; network connectivity; connectivity + between; isolated; 네트워크 "
		"단절; 패킷 유실; 스플릿 브레인" },
	{ "cable", N_("Cable cut"),
		"fiber; fibre; cable* + cut; severed; undersea; submarine cable; 광케이블; 케이블 절단" },
	{ "power", N_("Power"),
		"power outage*; power loss; power failure*; utility power; lost power; generator*; ups; uninterruptible; breaker*; "
		"batter* + fail*; electrical; transformer*; power grid; power supply; blackout*; substation; 정전; 전원; 발전기; 배터리" },
	{ "environment", N_("Cooling, fire, water"),
		"cooling; hvac; air conditioning; overheat*; temperature*; fire + data; fire suppression; smoke; flood*; lightning; 냉각; "
		"화재; 침수; 과열; 항온항습" },
	{ "hardware", N_("Hardware"),
		"hardware failure*; hardware fault*; disk failure*; failed disk*; failing disk*; raid; drive* + fail*; faulty hardware; "
		"faulty; memory module*; ecc; controller + fail*; 하드웨어; 디스크 불량" },
	{ "configuration", N_("Configuration change"),
		"configuration change*; config change*; misconfigur*; configuration + push*; config + push*; configuration error*; bad "
		"config*; incorrect config*; invalid config*; configuration file*; configuration update*; config file*; wrong config*; 설정 "
		"변경; 설정 오류; 설정 실수; 구성 변경; 설정" },
	{ "deployment", N_("Deployment"),
		"deploy*; rollout*; rolled out; roll out; new version; new release; code change*; code push*; canary; bad release; staged "
		"rollout; 배포; 릴리스; 신규 버전" },
	{ "flag", N_("Feature flag"),
		"feature flag*; feature toggle*; feature switch*; kill switch*; enabled + feature*; repurposed; 기능 플래그; 피처 플래그" },
	{ "migration", N_("Schema migration"),
		"schema + chang*; schema migration*; database migration*; alter table; data migration*; backfill*; migrat* + column*; "
		"migrat* + table*; 스키마; 마이그레이션" },
	{ "locks", N_("Locks and slow queries"),
		"deadlock*; lock contention; row lock*; table lock*; contention; slow quer*; long running quer*; query plan*; query "
		"planner; missing index*; full table scan*; expensive quer*; database load; vacuum; 교착; 데드락; 락 경합; 느린 쿼리; 슬로우 쿼리; 쿼리" },
	{ "number_limit", N_("Limit of a number"),
		"integer overflow*; overflow*; int32; 32 bit; 64 bit; 4 byte; signed integer*; max* + integer; integer + limit*; "
		"wraparound; wrap around; exceeded + maximum; autovacuum; transaction id*; id exhaust*; ran out + id*; 오버플로; 정수; 자료형" },
	{ "rounding", N_("Rounding and units"),
		"rounding; precision; floating point; unit* + conver*; metric + unit*; units of measure*; truncat*; arithmetic; 반올림; 단위 "
		"변환; 소수점" },
	{ "failover", N_("Replication and failover"),
		"replica*; replication; failover*; fail over; failed over; primary + secondary; master + slave; standby; promot* + "
		"primary; promot* + replica; leader election*; redundan*; 복제; 페일오버; 장애 조치; 이중화; 예비" },
	{ "consensus", N_("Consensus and coordination"),
		"zookeeper; etcd; consul; raft; paxos; quorum; leader; chubby; lock service; cluster membership; 쿼럼; 리더 선출; 주키퍼" },
	{ "deletion", N_("Data deleted"),
		"deleted; deletion*; delet* + data*; rm rf; wiped; dropped + table*; dropped + database*; accidental* + delet*; "
		"accidental* + remov*; data loss; lost data; truncated; erased; permanently lost; 삭제; 유실" },
	{ "backup", N_("Backups"),
		"backup*; restor* + backup*; restore* + data*; snapshot*; point in time; 백업; 복원; 복구본" },
	{ "corruption", N_("Data corruption"),
		"corrupt*; checksum*; inconsisten*; bit flip*; bit rot; invalid data; stale data; garbled; 손상; 불일치; 정합성" },
	{ "overload", N_("Overload"),
		"overload*; overwhelm*; traffic spike*; spike + traffic; spike + load; surge*; high load; heavy load; increased load; "
		"increased traffic; peak traffic; high traffic; under load; saturat*; unprecedented; load test*; 과부하; 트래픽 급증; 트래픽 증가; 폭주; "
		"폭증; 부하" },
	{ "capacity", N_("Capacity"),
		"capacity; underprovision*; insufficient + resource*; scal* + up; ran out + capacity; provision* + capacity; limits + "
		"reached; 용량; 증설" },
	{ "retries", N_("Retry storm"),
		"retry; retries; retried; retry storm*; thundering herd; backoff; exponential backoff; reconnect*; feedback loop*; "
		"request amplification; reconnection storm; herd; 재시도; 재접속" },
	{ "cascade", N_("Cascading failure"),
		"cascad*; domino; chain reaction; knock on; metastable; fail* + turn; congestion collapse; 연쇄; 도미노" },
	{ "memory", N_("Out of memory"),
		"out of memory; oom; memory leak*; memory usage; memory exhaust*; memory pressure; heap; exhaust* + memory; swap*; 메모리 "
		"부족; 메모리 누수; 메모리" },
	{ "disk_full", N_("Disk full"),
		"disk full; disk space; out of space; no space left; full disk*; ran out + disk; ran out + space; inode*; fill* + disk*; "
		"storage full; 디스크 부족; 디스크 풀; 저장 공간" },
	{ "connections", N_("Connections and threads"),
		"connection pool*; connection limit*; too many connections; file descriptor*; ephemeral port*; port exhaust*; thread "
		"pool*; exhaust* + connection*; exhaust* + thread*; threads; thread limit*; open files; socket*; sockets; worker* + "
		"exhaust*; 커넥션; 커넥션 풀; 스레드; 파일 디스크립터; 소켓" },
	{ "cpu", N_("CPU and endless loops"),
		"regex*; regular expression*; backtracking; cpu usage; cpu utili*; cpu exhaust*; 100 cpu; infinite loop*; busy loop*; "
		"spin*; high cpu; livelock; 정규식; 무한 루프; cpu 사용" },
	{ "quota", N_("Quota and throttling"),
		"rate limit*; throttl*; quota*; request limit*; limit exceeded; 쿼터; 스로틀; 호출 제한; 한도" },
	{ "cache", N_("Cache"),
		"cache*; caching; memcache*; redis; evict*; cache invalidation; stampede; cold cache*; 캐시" },
	{ "queue", N_("Queue backlog"),
		"queue*; backlog*; kafka; rabbitmq; message broker*; consumer lag; pub sub; sqs; kinesis; 큐; 적체; 메시지 브로커" },
	{ "balancing", N_("Load balancing"),
		"load balanc*; health check*; healthcheck*; haproxy; elb; traffic + shift*; proxy; proxies; nginx; 로드 밸런서; 로드밸런서; 헬스 체크; "
		"헬스체크" },
	{ "edge", N_("CDN and edge"),
		"cdn; edge location*; edge node*; points of presence; pop; waf; purge; 엣지" },
	{ "firewall", N_("Firewall rules"),
		"firewall*; waf; acl; access control list*; iptables; security group*; packet filter*; block list*; blocklist*; "
		"blacklist*; false positive*; filter* + rule*; 방화벽; 차단 규칙; 오탐" },
	{ "orchestration", N_("Container orchestration"),
		"kubernetes; k8s; pod; pods; container*; docker; scheduler; autoscal*; auto scal*; mesos; nomad; node drain*; 쿠버네티스; 파드; "
		"컨테이너; 오토스케일" },
	{ "clock", N_("Clock and calendar"),
		"leap second*; leap year*; leap; clock*; ntp; timezone*; time zone*; daylight saving*; timestamp*; date + format; year "
		"2000; y2k; epoch; 2038; 윤초; 윤년; 시계; 시간대; 서머타임" },
	{ "credentials", N_("Credentials and permissions"),
		"credential*; authenticat*; password*; api key*; access key*; key rotation; rotat* + key*; permission*; oauth; access "
		"token*; iam; authoriz*; login*; 인증 실패; 인증 오류; 로그인 실패; 권한; 토큰; 비밀번호; 자격 증명" },
	{ "intrusion", N_("Break-in"),
		"attacker*; hacker*; hack*; compromis*; exploit*; malicious; vulnerab*; breach*; stolen; phishing; unauthorized access; "
		"unauthorised; malware; backdoor*; intrusion; 공격자; 침해; 해킹; 취약점; 악성코드" },
	{ "exposure", N_("Data exposure"),
		"expos* + data; leak* + data; data leak*; disclos*; publicly accessible; privacy; personal data; other users; wrong "
		"user*; 유출; 노출; 개인정보" },
	{ "ddos", N_("Denial of service"),
		"ddos; denial of service; botnet*; syn flood*; amplification attack*; attack traffic; 디도스; 서비스 거부" },
	{ "supply_chain", N_("Supply chain"),
		"supply chain; package + publish*; unpublish*; malicious package*; typosquat*; dependency confusion; package manager*; "
		"upstream + package*; 공급망; 패키지" },
	{ "bad_input", N_("Unexpected input"),
		"null pointer; nullpointer*; unhandled exception*; exception*; malformed; unexpected input; out of bounds; bounds check*; "
		"pars* + error*; pars* + fail*; crash* + pars*; input validation; encod*; unicode; character set; missing field*; missing "
		"validation; invalid input; poison; 예외; 널 포인터; 파싱; 인코딩; 유효성 검사; 입력값" },
	{ "race", N_("Race condition"),
		"race condition*; race; concurren*; mutex*; thread safety; thread safe; timing; simultaneous*; 경쟁 상태; 경합 조건; 동시성; 레이스 컨디션" },
	{ "version", N_("Version mismatch"),
		"incompatib*; backward* compat*; version mismatch*; mixed version*; different version*; old version*; dependency "
		"upgrade*; library upgrade*; upgrade*; upgrad* + version; legacy code; dead code; 호환; 버전 불일치; 업그레이드" },
	{ "kernel", N_("Kernel and firmware"),
		"kernel*; firmware; driver*; operating system; bios; reboot*; hypervisor*; kernel panic; 커널; 펌웨어; 재부팅; 운영체제" },
	{ "automation", N_("Automation"),
		"automat* + remov*; automat* + delet*; automation; automated; script*; cron*; batch job*; maintenance script*; tool + "
		"bug; bot; 자동화; 스크립트; 배치" },
	{ "command", N_("Command in the wrong place"),
		"typo*; typed; mistyp*; wrong command*; command + incorrect*; wrong server*; wrong "
		"database*; wrong cluster*; wrong environment*; copy paste; production instead; manual step*; manually; incorrectly "
		"entered; operator*; 오타; 명령어; 수작업; 수동" },
	{ "maintenance", N_("Maintenance work"),
		"maintenance; planned work; scheduled + maintenance; decommission*; during + upgrade; replac* + hardware; migration of; "
		"migrating; 점검; 정기 점검; 작업 중" },
	{ "third_party", N_("Third party"),
		"third party; vendor*; cloud provider*; upstream provider*; external provider*; provider outage; supplier*; service "
		"provider*; dependency on; dependent service*; hosting provider*; 외부 업체; 협력사; 외부 서비스; 클라우드 장애; 의존성" },
	{ "monitoring", N_("Monitoring gap"),
		"not + alert*; no alert*; alert* + not; undetected; unnoticed; silently; silent fail*; not monitored; lack of monitoring; "
		"missing alert*; false alarm*; 모니터링; 경보 누락; 알람 누락; 감지 못" },
	{ "duplicate", N_("Duplicate processing"),
		"duplicat*; double charg*; idempoten*; sent twice; processed twice; replay*; 중복; 이중 결제; 멱등" },
	{ "storage", N_("Storage"),
		"storage; block storage; object storage; ebs; s3; ceph; file system*; filesystem*; nfs; san; volume*; iops; 스토리지; 볼륨; 파일 "
		"시스템" },
	{ "gc", N_("Garbage collection"),
		"garbage collect*; gc pause*; gc; stop the world; 가비지 컬렉션" },
	{ "latency", N_("Timeouts and latency"),
		"timeout*; timed out; latency; slow response*; hung; hang; high latency; 타임아웃; 응답 지연; 지연" },
	{ "control", N_("Sensors and control"),
		"sensor*; guidance; navigation; spacecraft; rocket; aircraft; flight; autopilot; reactor; valve*; control system*; "
		"actuator*; interlock*; radiation; 센서; 제어 시스템" },
	{ "orders", N_("Trading and orders"),
		"trading; trader*; stock; market; exchange; orders; 거래소; 주문; 체결" },
};

#pragma GCC diagnostic pop

#endif
