;; Sums of products in GF(2^8): out[r] = sum over j of coefficient[r][j] * in[j], byte by byte, 16 bytes a step.
;;
;; A coefficient is the address of its 32-byte table: products of the 16 low nibbles, then of the 16 high nibbles. A
;; byte's product is the XOR of one entry of each, which i8x16.swizzle looks up 16 at a time. The kernel knows no field
;; and no matrix. All addresses are multiples of 16; lengths are rounded up to the step by the caller's slots.
;;
;; Source: hot-path-choices.md 1.
(module
  (import "radio" "memory" (memory 1))

  ;; Four rows at once: each source byte is split into nibbles once.
  ;; sources: k addresses (i32). tables: k times 4 table addresses, one per row.
  (func (export "four") (param $sources i32) (param $tables i32) (param $k i32) (param $length i32)
    (param $out0 i32) (param $out1 i32) (param $out2 i32) (param $out3 i32)
    (local $at i32) (local $source i32) (local $table i32) (local $end i32) (local $t i32)
    (local $low v128) (local $high v128) (local $mask v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $mask (i8x16.splat (i32.const 15)))
    (local.set $end (i32.add (local.get $sources) (i32.shl (local.get $k) (i32.const 2))))
    (block $done
      (loop $columns
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $s0 (v128.const i64x2 0 0))
        (local.set $s1 (v128.const i64x2 0 0))
        (local.set $s2 (v128.const i64x2 0 0))
        (local.set $s3 (v128.const i64x2 0 0))
        (local.set $source (local.get $sources))
        (local.set $table (local.get $tables))
        (loop $terms
          (local.set $low (v128.load (i32.add (i32.load (local.get $source)) (local.get $at))))
          (local.set $high (i8x16.shr_u (local.get $low) (i32.const 4)))
          (local.set $low (v128.and (local.get $low) (local.get $mask)))

          (local.set $t (i32.load (local.get $table)))
          (local.set $s0 (v128.xor (local.get $s0) (v128.xor
            (i8x16.swizzle (v128.load (local.get $t)) (local.get $low))
            (i8x16.swizzle (v128.load offset=16 (local.get $t)) (local.get $high)))))
          (local.set $t (i32.load offset=4 (local.get $table)))
          (local.set $s1 (v128.xor (local.get $s1) (v128.xor
            (i8x16.swizzle (v128.load (local.get $t)) (local.get $low))
            (i8x16.swizzle (v128.load offset=16 (local.get $t)) (local.get $high)))))
          (local.set $t (i32.load offset=8 (local.get $table)))
          (local.set $s2 (v128.xor (local.get $s2) (v128.xor
            (i8x16.swizzle (v128.load (local.get $t)) (local.get $low))
            (i8x16.swizzle (v128.load offset=16 (local.get $t)) (local.get $high)))))
          (local.set $t (i32.load offset=12 (local.get $table)))
          (local.set $s3 (v128.xor (local.get $s3) (v128.xor
            (i8x16.swizzle (v128.load (local.get $t)) (local.get $low))
            (i8x16.swizzle (v128.load offset=16 (local.get $t)) (local.get $high)))))

          (local.set $table (i32.add (local.get $table) (i32.const 16)))
          (local.set $source (i32.add (local.get $source) (i32.const 4)))
          (br_if $terms (i32.lt_u (local.get $source) (local.get $end))))
        (v128.store (i32.add (local.get $out0) (local.get $at)) (local.get $s0))
        (v128.store (i32.add (local.get $out1) (local.get $at)) (local.get $s1))
        (v128.store (i32.add (local.get $out2) (local.get $at)) (local.get $s2))
        (v128.store (i32.add (local.get $out3) (local.get $at)) (local.get $s3))
        (local.set $at (i32.add (local.get $at) (i32.const 16)))
        (br $columns))))

  ;; One row, 64 bytes a step, so that each table is loaded once for four columns.
  ;; tables: k table addresses.
  (func (export "one") (param $sources i32) (param $tables i32) (param $k i32) (param $length i32) (param $out i32)
    (local $at i32) (local $source i32) (local $table i32) (local $end i32) (local $t i32) (local $from i32)
    (local $low v128) (local $high v128) (local $mask v128) (local $in v128)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $mask (i8x16.splat (i32.const 15)))
    (local.set $end (i32.add (local.get $sources) (i32.shl (local.get $k) (i32.const 2))))
    (block $done
      (loop $columns
        (br_if $done (i32.ge_u (local.get $at) (local.get $length)))
        (local.set $s0 (v128.const i64x2 0 0))
        (local.set $s1 (v128.const i64x2 0 0))
        (local.set $s2 (v128.const i64x2 0 0))
        (local.set $s3 (v128.const i64x2 0 0))
        (local.set $source (local.get $sources))
        (local.set $table (local.get $tables))
        (loop $terms
          (local.set $t (i32.load (local.get $table)))
          (local.set $low (v128.load (local.get $t)))
          (local.set $high (v128.load offset=16 (local.get $t)))
          (local.set $from (i32.add (i32.load (local.get $source)) (local.get $at)))

          (local.set $in (v128.load (local.get $from)))
          (local.set $s0 (v128.xor (local.get $s0) (v128.xor
            (i8x16.swizzle (local.get $low) (v128.and (local.get $in) (local.get $mask)))
            (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $in) (i32.const 4))))))
          (local.set $in (v128.load offset=16 (local.get $from)))
          (local.set $s1 (v128.xor (local.get $s1) (v128.xor
            (i8x16.swizzle (local.get $low) (v128.and (local.get $in) (local.get $mask)))
            (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $in) (i32.const 4))))))
          (local.set $in (v128.load offset=32 (local.get $from)))
          (local.set $s2 (v128.xor (local.get $s2) (v128.xor
            (i8x16.swizzle (local.get $low) (v128.and (local.get $in) (local.get $mask)))
            (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $in) (i32.const 4))))))
          (local.set $in (v128.load offset=48 (local.get $from)))
          (local.set $s3 (v128.xor (local.get $s3) (v128.xor
            (i8x16.swizzle (local.get $low) (v128.and (local.get $in) (local.get $mask)))
            (i8x16.swizzle (local.get $high) (i8x16.shr_u (local.get $in) (i32.const 4))))))

          (local.set $table (i32.add (local.get $table) (i32.const 4)))
          (local.set $source (i32.add (local.get $source) (i32.const 4)))
          (br_if $terms (i32.lt_u (local.get $source) (local.get $end))))
        (v128.store (i32.add (local.get $out) (local.get $at)) (local.get $s0))
        (v128.store offset=16 (i32.add (local.get $out) (local.get $at)) (local.get $s1))
        (v128.store offset=32 (i32.add (local.get $out) (local.get $at)) (local.get $s2))
        (v128.store offset=48 (i32.add (local.get $out) (local.get $at)) (local.get $s3))
        (local.set $at (i32.add (local.get $at) (i32.const 64)))
        (br $columns)))))
