#!/bin/busybox sh
# First process of the lab's machine: modules, the host's files read-only, writable memory where programs need some, then the
# command. run.mjs puts it, busybox and the modules into the initial file system.
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sysfs /sys
$b mount -t devtmpfs devtmpfs /dev
. /settings

# Their order differs between kernels, so each gets three tries.
for try in 1 2 3; do
  for module in /modules/*.ko; do
    case $module in
      *mac80211_hwsim*) $b insmod "$module" "radios=$RADIOS" ;;
      *) $b insmod "$module" ;;
    esac
  done
done 2>/dev/null

share=trans=virtio,version=9p2000.L,msize=512000
$b mount -t 9p -o "ro,cache=loose,$share" host /host
for folder in proc sys dev; do $b mount --bind "/$folder" "/host/$folder"; done
for folder in tmp run root; do $b mount -t tmpfs tmpfs "/host/$folder"; done
$b mkdir -p /host/dev/shm /host/tmp/lab /host/tmp/project
$b mount -t tmpfs tmpfs /host/dev/shm
$b mount -t 9p -o "$share" work /host/tmp/lab
$b mount -t 9p -o "ro,cache=loose,$share" project /host/tmp/project
$b ip link set lo up
$b chroot /host /bin/bash /tmp/lab/guest.sh >> /host/tmp/lab/output.txt 2>&1
$b sync
$b poweroff -f
