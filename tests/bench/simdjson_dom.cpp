/*
 * simdjson_dom FOLDER: Debian's simdjson parses the files there into its DOM,
 * again and again: the fastest reading of JSON that a user could pick, though
 * it sees neither repeated names nor whether the form is canonical. Prints
 * "simdjson MB/S", by the median of the rounds' CPU times.
 */
#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <vector>

static double
now()
{
	timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return double(t.tv_sec) + double(t.tv_nsec) / 1e9;
}

int
main(int argc, char **argv)
{
	std::vector<simdjson::padded_string> files;
	std::vector<double> seconds;
	simdjson::dom::parser parser;
	size_t octets = 0;

	if (argc != 2)
		return 64;
	for (const auto &entry : std::filesystem::directory_iterator(argv[1])) {
		files.push_back(
		    simdjson::padded_string::load(entry.path().string())
			.value());
		octets += files.back().size();
	}
	for (double end = now() + 0.3; now() < end;) {
		double start = now();
		for (const auto &file : files)
			if (parser.parse(file).error())
				return EXIT_FAILURE;
		seconds.push_back(now() - start);
	}
	std::sort(seconds.begin(), seconds.end());
	std::printf("simdjson %.1f\n",
	    double(octets) / seconds[seconds.size() / 2] / 1e6);
}
