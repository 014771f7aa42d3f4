using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepBelief.Persistence;

/// <summary>The checksum of zip entries: CRC-32 with the reflected polynomial 0xEDB88320.</summary>
/// <remarks>
/// Where the processor multiplies polynomials, 64 bytes a step, by the method of Gopal et al., "Fast CRC computation for
/// generic polynomials using PCLMULQDQ instruction" (Intel, 2009); elsewhere 8 bytes a step, by tables.
/// </remarks>
internal static class Crc32
{
    private const int BlockBytes = 64;

    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of what came before and then <paramref name="bytes"/>; begin with 0.</summary>
    public static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        var register = ~before;
        if (Pclmulqdq.IsSupported && bytes.Length >= BlockBytes)
        {
            var whole = bytes.Length & ~(BlockBytes - 1);
            register = Fold(register, bytes[..whole]);
            bytes = bytes[whole..];
        }

        return ~Update(register, bytes);
    }

    /// <summary>The same by tables only.</summary>
    internal static uint AppendByTable(uint before, ReadOnlySpan<byte> bytes) => ~Update(~before, bytes);

    private static uint Update(uint register, ReadOnlySpan<byte> bytes)
    {
        var table = Table.AsSpan();
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ register;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            register = table[(int)(0x700 | (low & 0xff))] ^ table[(int)(0x600 | ((low >> 8) & 0xff))]
                ^ table[(int)(0x500 | ((low >> 16) & 0xff))] ^ table[(int)(0x400 | (low >> 24))]
                ^ table[(int)(0x300 | (high & 0xff))] ^ table[(int)(0x200 | ((high >> 8) & 0xff))]
                ^ table[(int)(0x100 | ((high >> 16) & 0xff))] ^ table[(int)(high >> 24)];
        }

        foreach (var b in bytes)
            register = table[(int)((register ^ b) & 0xff)] ^ (register >> 8);
        return register;
    }

    // Whole blocks are folded into 16 bytes that leave the same remainder, which the tables then find.
    private static uint Fold(uint register, ReadOnlySpan<byte> blocks)
    {
        // Powers of x modulo the polynomial, reflected: 512 bits and 128 bits (each plus and minus 32) further on.
        var far = Vector128.Create(0x154442bd4UL, 0x1c6e41596UL);
        var near = Vector128.Create(0x1751997d0UL, 0x0ccaa009eUL);
        var lanes = MemoryMarshal.Cast<byte, Vector128<ulong>>(blocks);
        var (a, b, c, d) = (lanes[0] ^ Vector128.CreateScalar((ulong)register), lanes[1], lanes[2], lanes[3]);
        for (lanes = lanes[4..]; lanes.Length >= 4; lanes = lanes[4..])
        {
            a = Multiply(a, far) ^ lanes[0];
            b = Multiply(b, far) ^ lanes[1];
            c = Multiply(c, far) ^ lanes[2];
            d = Multiply(d, far) ^ lanes[3];
        }

        a = Multiply(a, near) ^ b;
        a = Multiply(a, near) ^ c;
        a = Multiply(a, near) ^ d;
        return Update(0, MemoryMarshal.AsBytes(new ReadOnlySpan<Vector128<ulong>>(in a)));
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> lane, Vector128<ulong> powers)
        => Pclmulqdq.CarrylessMultiply(lane, powers, 0x00) ^ Pclmulqdq.CarrylessMultiply(lane, powers, 0x11);

    // Row k has the effect of a byte that k more bytes follow.
    private static uint[] MakeTable()
    {
        var table = new uint[8 * 256];
        for (var i = 0u; i < 256; i++)
        {
            var crc = i;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            table[i] = crc;
        }

        for (var i = 256; i < table.Length; i++)
            table[i] = table[table[i - 256] & 0xff] ^ (table[i - 256] >> 8);
        return table;
    }
}
