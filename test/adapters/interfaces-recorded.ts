/*
 * What `iw` printed: LAB by iw 5.19 on Linux 6.1 with mac80211_hwsim, shortened in its lists only; LAPTOP in the form of iw
 * 5.19 and 6.9 with a laptop's own card, an ath9k_htc adapter and an out-of-tree driver.
 */

export const LAB_DEV = `phy#1
	Interface gs1
		ifindex 3
		wdev 0x100000001
		addr 02:00:00:00:01:00
		type monitor
		channel 1 (2412 MHz), width: 20 MHz (no HT), center1: 2412 MHz
		txpower 30.00 dBm
phy#0
	Interface wlan0
		ifindex 2
		wdev 0x1
		addr 02:00:00:00:00:00
		type managed
		txpower 30.00 dBm
`;

export const LAB_PHY = `Wiphy phy1
	wiphy index: 1
	max # scan SSIDs: 4
	Supported Ciphers:
		* WEP40 (00-0f-ac:1)
		* CCMP-128 (00-0f-ac:4)
	Available Antennas: TX 0 RX 0
	Supported interface modes:
		 * IBSS
		 * managed
		 * AP
		 * AP/VLAN
		 * monitor
		 * mesh point
		 * P2P-device
	Band 1:
		Capabilities: 0x107e
			HT20/HT40
			SM Power Save disabled
		HT TX/RX MCS rate indexes supported: 0-15
		Bitrates (non-HT):
			* 1.0 Mbps
			* 2.0 Mbps (short preamble supported)
		Frequencies:
			* 2412 MHz [1] (30.0 dBm)
			* 2462 MHz [11] (30.0 dBm)
			* 2467 MHz [12] (disabled)
	Band 2:
		Capabilities: 0x107e
			HT20/HT40
		VHT Capabilities (0x038004fa):
			Max MPDU length: 11454
			Supported Channel Width: 160 MHz, 80+80 MHz
		Frequencies:
			* 5180 MHz [36] (23.0 dBm)
			* 5260 MHz [52] (24.0 dBm) (radar detection)
			* 5825 MHz [165] (30.0 dBm)
			* 5845 MHz [169] (27.0 dBm) (no IR)
			* 5890 MHz [178] (disabled)
	Band 5:
		Frequencies:
			* 902 MHz [-301] (30.0 dBm)
	Supported commands:
		 * new_interface
		 * set_interface
	software interface modes (can always be added):
		 * AP/VLAN
		 * monitor
	valid interface combinations:
		 * #{ IBSS } <= 1, #{ managed, AP, mesh point, P2P-client, P2P-GO } <= 2048, #{ P2P-device } <= 1,
		   total <= 2050, #channels <= 1, radar detect widths: { 20 MHz (no HT), 20 MHz, 40 MHz, 80 MHz, 160 MHz, 5 MHz, 10 MHz }

	HT Capability overrides:
		 * MCS: ff ff ff ff ff ff ff ff ff ff
		 * supported channel width
	Supported extended features:
		* [ VHT_IBSS ]: VHT-IBSS
`;

export const LAPTOP_DEV = `phy#2
	Interface wlx00c0caaabbcc
		ifindex 9
		wdev 0x200000001
		addr 00:c0:ca:aa:bb:cc
		type monitor
		channel 149 (5745 MHz), width: 40 MHz, center1: 5755 MHz
		txpower 18.00 dBm
phy#1
	Interface wlan1
		ifindex 5
		wdev 0x100000001
		addr f4:f2:6d:0a:0b:0c
		type managed
		txpower 20.00 dBm
		multicast TXQ:
			qsz-byt	qsz-pkt	flows	drops	marks	overlmt	hashcol	tx-bytes	tx-packets
			0	0	0	0	0	0	0	0		0
phy#0
	Unnamed/non-netdev interface
		wdev 0x2
		addr 3c:58:c2:01:02:04
		type P2P-device
		txpower 0.00 dBm
	Interface wlp0s20f3
		ifindex 3
		wdev 0x1
		addr 3c:58:c2:01:02:03
		ssid Home 5 GHz: type monitor
		type managed
		channel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz
		txpower 22.00 dBm
`;

export const LAPTOP_PHY = `Wiphy phy2
	wiphy index: 2
	Supported interface modes:
		 * IBSS
		 * managed
		 * AP
		 * monitor
	Band 1:
		Frequencies:
			* 2412.0 MHz [1] (20.0 dBm)
			* 2484.0 MHz [14] (disabled)
	Band 2:
		Frequencies:
			* 5170.0 MHz [34] (disabled)
			* 5745.0 MHz [149] (20.0 dBm) (no IR, radar detection)
			* 5885.0 MHz [177] (20.0 dBm)
Wiphy phy1
	wiphy index: 1
	Supported interface modes:
		 * IBSS
		 * managed
		 * monitor
	Band 1:
		Capabilities: 0x116e
			HT20/HT40
		Frequencies:
			* 2412 MHz [1] (20.0 dBm)
			* 2472 MHz [13] (20.0 dBm) (passive scanning)
Wiphy phy0
	wiphy index: 0
	Supported interface modes:
		 * managed
		 * AP
		 * P2P-device
	Band 1:
		Frequencies:
			* 2412 MHz [1] (22.0 dBm)
`;
