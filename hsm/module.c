#include "hsm/module.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "hsm/detail.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct module *modules;

static enum err
load(struct module **out, char *path, struct token_detail *detail)
{
	CK_C_GetFunctionList get;
	struct module *m;
	void *library, *symbol;
	CK_RV rv;

	library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (library == NULL)
		return detail_set(detail, ERR_TOKEN_MODULE, "%s", dlerror());
	symbol = dlsym(library, "C_GetFunctionList");
	if (symbol == NULL) {
		dlclose(library);
		return detail_set(detail, ERR_TOKEN_MODULE,
		    "%s is not a PKCS#11 module: no C_GetFunctionList", path);
	}
	m = calloc(1, sizeof(*m));
	if (m == NULL) {
		dlclose(library);
		return ERR_NO_MEMORY;
	}
	/* POSIX lets a function travel as void *, ISO C has no cast for it. */
	memcpy(&get, &symbol, sizeof(get));
	rv = get(&m->f);
	if (rv != CKR_OK || m->f == NULL) {
		free(m);
		dlclose(library);
		detail_ckr(detail, "C_GetFunctionList", rv);
		return ERR_TOKEN_MODULE;
	}
	m->path = path;
	m->next = modules;
	modules = m;
	*out = m;
	return ERR_OK;
}

static enum err
initialize(struct module *m, struct token_detail *detail)
{
	CK_C_INITIALIZE_ARGS args;
	CK_RV rv;

	memset(&args, 0, sizeof(args));
	args.flags = CKF_OS_LOCKING_OK;
	rv = m->f->C_Initialize(&args);
	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		detail_ckr(detail, "C_Initialize", rv);
		return ERR_TOKEN_MODULE;
	}
	m->finalize = rv == CKR_OK;
	m->pid = getpid();
	return ERR_OK;
}

enum err
module_find(char **real, const char *path, struct token_detail *detail)
{
	*real = NULL;
	if (path == NULL || path[0] != '/')
		return detail_set(detail, ERR_TOKEN_MODULE,
		    "the PKCS#11 module must be given by an absolute path%s%s",
		    path != NULL ? ", not " : "", path != NULL ? path : "");
	*real = realpath(path, NULL);
	if (*real == NULL)
		return detail_set(detail, ERR_TOKEN_MODULE,
		    "cannot find the PKCS#11 module %s", path);
	return ERR_OK;
}

enum err
module_open(struct module **out, const char *path, struct token_detail *detail)
{
	struct module *m;
	enum err e;
	char *real;

	*out = NULL;
	e = module_find(&real, path, detail);
	if (e != ERR_OK)
		return e;
	pthread_mutex_lock(&lock);
	for (m = modules; m != NULL; m = m->next)
		if (strcmp(m->path, real) == 0)
			break;
	if (m == NULL) {
		e = load(&m, real, detail);
		if (e == ERR_OK)
			real = NULL;
	}
	if (e == ERR_OK && m->refs > 0 && !module_is_ours(m))
		e = detail_set(detail, ERR_TOKEN_MODULE,
		    "%s was in use before fork(): not usable in the child",
		    m->path);
	if (e == ERR_OK && m->refs == 0)
		e = initialize(m, detail);
	if (e == ERR_OK) {
		m->refs++;
		*out = m;
	}
	pthread_mutex_unlock(&lock);
	free(real);
	return e;
}

void
module_close(struct module *m)
{
	if (m == NULL)
		return;
	pthread_mutex_lock(&lock);
	if (--m->refs == 0 && m->finalize && module_is_ours(m))
		(void)m->f->C_Finalize(NULL);
	pthread_mutex_unlock(&lock);
}

bool
module_is_ours(const struct module *m)
{
	return m->pid == getpid();
}

enum err
module_slots(struct module *m, bool present, CK_SLOT_ID **slots,
    CK_ULONG *count, struct token_detail *detail)
{
	CK_SLOT_ID *ids;
	CK_ULONG n;
	unsigned tries;
	CK_RV rv;

	*slots = NULL;
	*count = 0;
	/* A token may come between the two calls; some modules only look for
	 * new ones when asked for the number (PKCS#11 2.40, 5.5). */
	for (tries = 0; tries < 5; tries++) {
		rv = m->f->C_GetSlotList(present, NULL, &n);
		if (rv != CKR_OK)
			return detail_ckr(detail, "C_GetSlotList", rv);
		ids = calloc(n + 1, sizeof(*ids));
		if (ids == NULL)
			return ERR_NO_MEMORY;
		rv = m->f->C_GetSlotList(present, ids, &n);
		if (rv == CKR_OK) {
			*slots = ids;
			*count = n;
			return ERR_OK;
		}
		free(ids);
		if (rv != CKR_BUFFER_TOO_SMALL)
			break;
	}
	return detail_ckr(detail, "C_GetSlotList", rv);
}
