/* SPDX-License-Identifier: GPL-2.0 */
/* Changes to policies and SAs of one device, which must fit together. */
#ifndef _SVTI_DB_H
#define _SVTI_DB_H

#include <svti.h>

struct netlink_ext_ack;
struct work_struct;
struct svti_device;
struct svti_policy;
struct svti_sa;

/**
 * struct svti_batch - what is installed in one step
 * @sas: SAs in @sa
 * @policies: policies in @policy
 * @sa: made by svti_sa_new()
 * @policy: made by svti_policy_alloc() and filled in
 */
struct svti_batch {
	u32 sas;
	u32 policies;
	struct svti_sa *sa[SVTI_BATCH_MAX];
	struct svti_policy *policy[SVTI_BATCH_MAX];
};

/* All of these under the mutex of the device, but for the last two, which take it. */
int svti_db_install(struct svti_device *sdev, struct svti_batch *batch,
		    struct netlink_ext_ack *extack);
int svti_db_replace_policy(struct svti_device *sdev, struct svti_policy *old,
			   struct svti_policy *new, struct netlink_ext_ack *extack);
void svti_db_remove_sa(struct svti_device *sdev, struct svti_sa *sa);
void svti_db_remove_policy(struct svti_device *sdev, struct svti_policy *policy);
void svti_db_flush_policies(struct svti_device *sdev, const u8 *dir, const u32 *reqid);
void svti_db_flush_sas(struct svti_device *sdev, const u8 *dir, const u32 *reqid);
void svti_db_changed(struct svti_device *sdev);
void svti_db_flush(struct svti_device *sdev);
void svti_db_sa_ended(struct svti_sa *sa);
void svti_db_retry(struct work_struct *work);

#endif /* _SVTI_DB_H */
