// Compiles where ROUTE and METHOD have a row in the table of access.h, and only there.
#include "connectors/http/access.h"

#ifndef METHOD
#define METHOD "tenure.api.v1.AlertService/Act"
#endif
#ifndef ROUTE
#define ROUTE "/livez"
#endif

tenure::RuledPath path() { return ROUTE; }
tenure::RuledMethod method() { return METHOD; }
