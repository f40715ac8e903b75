/**
 * USB adapters in use for FPV, by vendor and product id. Source: the USB id repository (linux-usb.org/usb.ids) and the
 * device tables of the rtl8812au, rtl88x2eu, ath9k_htc, mt76 and rt2800usb drivers.
 */
const USB_CHIPSETS: Record<string, string> = {
  '0bda:8812': 'Realtek RTL8812AU',
  '0bda:881a': 'Realtek RTL8812AU',
  '0bda:881b': 'Realtek RTL8812AU',
  '0bda:881c': 'Realtek RTL8812AU',
  '0b05:17d2': 'Realtek RTL8812AU',
  '2357:0101': 'Realtek RTL8812AU',
  '2357:0103': 'Realtek RTL8812AU',
  '2357:010d': 'Realtek RTL8812AU',
  '2604:0012': 'Realtek RTL8812AU',
  '0bda:8813': 'Realtek RTL8814AU',
  '0bda:0811': 'Realtek RTL8811AU',
  '0bda:a811': 'Realtek RTL8811AU',
  '2357:011e': 'Realtek RTL8811AU',
  '2357:0120': 'Realtek RTL8811AU',
  '0bda:a81a': 'Realtek RTL8812EU',
  '0bda:e822': 'Realtek RTL8822EU',
  '0bda:b812': 'Realtek RTL8812BU',
  '0bda:b82c': 'Realtek RTL8822BU',
  '0bda:c812': 'Realtek RTL8812CU',
  '0bda:c82c': 'Realtek RTL8822CU',
  '0bda:f72b': 'Realtek RTL8731BU',
  '0bda:b733': 'Realtek RTL8733BU',
  '0cf3:9271': 'Qualcomm Atheros AR9271',
  '0cf3:7015': 'Qualcomm Atheros AR7010',
  '148f:5370': 'Ralink RT5370',
  '148f:5572': 'Ralink RT5572',
  '148f:3070': 'Ralink RT3070',
  '148f:7601': 'MediaTek MT7601U',
  '0e8d:7610': 'MediaTek MT7610U',
  '0e8d:7612': 'MediaTek MT7612U',
  '0e8d:7961': 'MediaTek MT7921AU',
};

/** What an adapter is, in words; empty when unknown. `usbId` such as `0bda:8812`. */
export function chipsetOf(usbId: string, driver: string): string {
  if (driver === 'mac80211_hwsim') return 'simulated radio';
  return USB_CHIPSETS[usbId] ?? '';
}
