/* Compiled only where FreeSWITCH's headers are: see freeswitch.h. */

#define CONCLAVE_CHECK
#include <switch.h>
#include "freeswitch.h"
