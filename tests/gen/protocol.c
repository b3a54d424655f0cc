/*
 * protocol: the tables of docs/PROTOCOL.md, printed from what the firmware
 * runs: msg_table.c and the table of core.c.
 *
 *	build/tests/gen/protocol
 */
#include <stdio.h>
#include <string.h>

#include "firmware/core.h"

static void
print_size(const struct msg_field *f)
{
	if (f->type == MSG_TEXT)
		printf("1 + 0..%u | text", f->size);
	else if (f->type == MSG_TAIL)
		printf("1..%u | rest of the body", f->size);
	else
		printf("%u | %s", f->size,
		    f->type == MSG_NUMBER ? "number" : "octets");
}

static void
print_messages(void)
{
	const struct msg_form *form;
	size_t i, j;

	printf("| number | message | field | octets | form |\n"
	       "|---|---|---|---|---|\n");
	for (i = 0; (form = msg_form_at(i)) != NULL; i++) {
		if (form->fields == 0)
			printf("| 0x%02x | %s | - | 0 | - |\n", form->number,
			    form->name);
		for (j = 0; j < form->fields; j++) {
			if (j == 0)
				printf(
				    "| 0x%02x | %s ", form->number, form->name);
			else
				printf("| | ");
			printf("| %s | ", form->field[j].name);
			print_size(&form->field[j]);
			printf(" |\n");
		}
	}
}

static void
print_states(void)
{
	const struct core_row *row;
	unsigned s;
	size_t i;

	printf("| number | state | message or event | leads to |\n"
	       "|---|---|---|---|\n");
	for (s = 0; s < STATE_COUNT; s++) {
		for (i = 0; (row = core_row_at(i)) != NULL; i++) {
			if ((row->states & 1u << s) == 0)
				continue;
			printf("| %u | %s | %s%s | %s |\n", s,
			    core_state_name(s), row->name,
			    row->number > UINT8_MAX ? " (event)" : "",
			    strcmp(row->leads, "the same") == 0
				? core_state_name(s)
				: row->leads);
		}
	}
}

int
main(void)
{
	printf("### Messages\n\n");
	print_messages();
	printf("\n### States\n\n");
	print_states();
	return fflush(stdout) != 0;
}
