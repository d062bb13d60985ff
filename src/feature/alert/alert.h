/* Signals from monitors. A monitor posts to a hook, whose key says who it is; what it sends is read by a source (adapter/alert_source). The same alert told again changes
 * nothing but when it was last seen; one that fires after it was over is a new alert. Rules say which alerts open an incident; alerts of one group share one, as long as it is
 * open. When the last alert of an incident is over, the end of the outage is recorded; its state is a person's matter. Events alert.fired, alert.resolved and alert.attached
 * (it was declared an incident) go to the topics alerts and incident:N. */
#ifndef FEATURE_ALERT_ALERT_H
#define FEATURE_ALERT_ALERT_H

#include "core/engine.h"
#include "feature/incident/incident.h"

extern const struct room alert_room;
extern const struct noun alert_noun;

#endif
