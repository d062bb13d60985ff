/* The rooms, in the order in which they may know each other: a room may include the single public header of those above it, never of those below. */
#include "app/home.h"
#include "app/topics.h"
#include "core/op.h"
#include "feature/action/action.h"
#include "feature/alert/alert.h"
#include "feature/collab/collab.h"
#include "feature/comment/comment.h"
#include "feature/delivery/delivery.h"
#include "feature/document/document.h"
#include "feature/history/history.h"
#include "feature/incident/incident.h"
#include "feature/intake/intake.h"
#include "feature/mailing/mailing.h"
#include "feature/notice/notice.h"
#include "feature/org/org.h"
#include "feature/policy/policy.h"
#include "feature/publication/publication.h"
#include "feature/review/review.h"
#include "feature/scrub/scrub.h"
#include "feature/search/search.h"
#include "feature/syndication/syndication.h"
#include "feature/timeline/timeline.h"
#include "feature/weekly/weekly.h"

const struct room *const features[] = {
	&org_room,
	&account_room,
	&invitation_room,
	&delivery_room,
	&timeline_room,
	&incident_room,
	&alert_room,
	&policy_room,
	&action_room,
	&action_view_room,
	&action_bulk_room,
	&collab_room,
	&document_room,
	&report_room,
	&section_room,
	&template_room,
	&image_room,
	&intake_room,
	&comment_room,
	&comment_source_room,
	&comment_export_room,
	&suggestion_room,
	&review_room,
	&publication_room,
	&history_room,
	&mailing_room,
	&weekly_room,
	&notice_room,
	&search_room,
	&scrub_room,
	&scrub_image_room,
	&syndication_room,
	&home_room,
	&stream_room,
	NULL,
};
