/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* An SQLite VFS over the system's own that fails, or kills the process, at the Nth call. */

#include <glib.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>

#define FAULT_VFS_NAME "fault"

typedef enum
{
  FAULT_OPEN = 1 << 0,
  FAULT_READ = 1 << 1,
  FAULT_WRITE = 1 << 2,
  FAULT_TRUNCATE = 1 << 3,
  FAULT_SYNC = 1 << 4,
  FAULT_DELETE = 1 << 5,
  FAULT_LOCK = 1 << 6,
  FAULT_SIZE = 1 << 7,
  FAULT_ALL = (1 << 8) - 1,
} FaultCalls;

typedef struct
{
  FaultCalls calls;    /* which calls count */
  guint at;            /* 1: the first; 0: never */
  gboolean from_there; /* every later one, too */
  int code;            /* what the call returns; 0: SIGKILL instead, in the middle of a write */
  gboolean afterwards; /* a file is removed all the same */
  guint n_calls;       /* seen so far */
} FaultPlan;

typedef struct
{
  sqlite3_file base;
  FaultPlan *plan;
  sqlite3_file *real; /* lies behind this struct */
} FaultFile;

static inline gboolean
fault_is_due (FaultPlan *plan, FaultCalls call)
{
  if ((plan->calls & call) == 0)
    return FALSE;

  plan->n_calls++;
  if (plan->at == 0 || plan->n_calls < plan->at || (plan->n_calls > plan->at && !plan->from_there))
    return FALSE;
  if (plan->code == 0 && call != FAULT_WRITE)
    raise (SIGKILL);
  return TRUE;
}

static inline int
fault_close (sqlite3_file *file)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xClose (real);
}

static inline int
fault_read (sqlite3_file *file, void *buffer, int n_bytes, sqlite3_int64 offset)
{
  FaultFile *self = (FaultFile *) file;

  if (fault_is_due (self->plan, FAULT_READ))
    return self->plan->code;
  return self->real->pMethods->xRead (self->real, buffer, n_bytes, offset);
}

static inline int
fault_write (sqlite3_file *file, const void *buffer, int n_bytes, sqlite3_int64 offset)
{
  FaultFile *self = (FaultFile *) file;

  if (!fault_is_due (self->plan, FAULT_WRITE))
    return self->real->pMethods->xWrite (self->real, buffer, n_bytes, offset);

  /* The first half reaches the disk. */
  self->real->pMethods->xWrite (self->real, buffer, n_bytes / 2, offset);
  if (self->plan->code == 0)
    raise (SIGKILL);
  return self->plan->code;
}

static inline int
fault_truncate (sqlite3_file *file, sqlite3_int64 n_bytes)
{
  FaultFile *self = (FaultFile *) file;

  if (fault_is_due (self->plan, FAULT_TRUNCATE))
    return self->plan->code;
  return self->real->pMethods->xTruncate (self->real, n_bytes);
}

static inline int
fault_sync (sqlite3_file *file, int flags)
{
  FaultFile *self = (FaultFile *) file;

  if (fault_is_due (self->plan, FAULT_SYNC))
    return self->plan->code;
  return self->real->pMethods->xSync (self->real, flags);
}

static inline int
fault_file_size (sqlite3_file *file, sqlite3_int64 *out_bytes)
{
  FaultFile *self = (FaultFile *) file;

  if (fault_is_due (self->plan, FAULT_SIZE))
    return self->plan->code;
  return self->real->pMethods->xFileSize (self->real, out_bytes);
}

static inline int
fault_lock (sqlite3_file *file, int level)
{
  FaultFile *self = (FaultFile *) file;

  if (fault_is_due (self->plan, FAULT_LOCK))
    return self->plan->code;
  return self->real->pMethods->xLock (self->real, level);
}

static inline int
fault_unlock (sqlite3_file *file, int level)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xUnlock (real, level);
}

static inline int
fault_check_reserved_lock (sqlite3_file *file, int *out_is_reserved)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xCheckReservedLock (real, out_is_reserved);
}

static inline int
fault_file_control (sqlite3_file *file, int operation, void *argument)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xFileControl (real, operation, argument);
}

static inline int
fault_sector_size (sqlite3_file *file)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xSectorSize (real);
}

static inline int
fault_device_characteristics (sqlite3_file *file)
{
  sqlite3_file *real = ((FaultFile *) file)->real;

  return real->pMethods->xDeviceCharacteristics (real);
}

static const sqlite3_io_methods fault_methods = {
  .iVersion = 1,
  .xClose = fault_close,
  .xRead = fault_read,
  .xWrite = fault_write,
  .xTruncate = fault_truncate,
  .xSync = fault_sync,
  .xFileSize = fault_file_size,
  .xLock = fault_lock,
  .xUnlock = fault_unlock,
  .xCheckReservedLock = fault_check_reserved_lock,
  .xFileControl = fault_file_control,
  .xSectorSize = fault_sector_size,
  .xDeviceCharacteristics = fault_device_characteristics,
};

static inline int
fault_open (sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *out_flags)
{
  FaultFile *self = (FaultFile *) file;
  sqlite3_vfs *real_vfs = sqlite3_vfs_find (NULL);
  int code;

  memset (self, 0, sizeof *self);
  self->plan = vfs->pAppData;
  self->real = (sqlite3_file *) (self + 1);
  if (fault_is_due (self->plan, FAULT_OPEN))
    return self->plan->code;

  code = real_vfs->xOpen (real_vfs, name, self->real, flags, out_flags);
  if (code == SQLITE_OK)
    self->base.pMethods = &fault_methods;
  return code;
}

static inline int
fault_delete (sqlite3_vfs *vfs, const char *name, int sync_directory)
{
  FaultPlan *plan = vfs->pAppData;
  sqlite3_vfs *real_vfs = sqlite3_vfs_find (NULL);

  int code = SQLITE_OK;

  if (plan->afterwards)
    code = real_vfs->xDelete (real_vfs, name, sync_directory);
  if (fault_is_due (plan, FAULT_DELETE))
    return plan->code;
  return plan->afterwards ? code : real_vfs->xDelete (real_vfs, name, sync_directory);
}

/* The plan may be changed between calls; it must outlive the VFS. */
static inline sqlite3_vfs *
fault_vfs_new (FaultPlan *plan)
{
  sqlite3_vfs *vfs = g_memdup2 (sqlite3_vfs_find (NULL), sizeof *vfs);

  vfs->iVersion = 1;
  vfs->szOsFile += (int) sizeof (FaultFile);
  vfs->pNext = NULL;
  vfs->zName = FAULT_VFS_NAME;
  vfs->pAppData = plan;
  vfs->xOpen = fault_open;
  vfs->xDelete = fault_delete;
  g_assert_cmpint (sqlite3_vfs_register (vfs, /* makeDflt= */ 0), ==, SQLITE_OK);
  return vfs;
}

static inline void
fault_vfs_free (sqlite3_vfs *vfs)
{
  sqlite3_vfs_unregister (vfs);
  g_free (vfs);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_vfs, fault_vfs_free)
