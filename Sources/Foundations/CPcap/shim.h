// libpcap, for reading capture files.
#include <pcap/pcap.h>
