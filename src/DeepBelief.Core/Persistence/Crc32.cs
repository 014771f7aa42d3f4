using System.Buffers.Binary;

namespace DeepBelief.Persistence;

/// <summary>The checksum of zip entries (CRC-32, polynomial 0xEDB88320), eight bytes a step.</summary>
internal static class Crc32
{
    private static readonly uint[] Table = MakeTable();

    /// <summary>The checksum of what came before and then <paramref name="bytes"/>; begin with 0.</summary>
    public static uint Append(uint before, ReadOnlySpan<byte> bytes)
    {
        var table = Table.AsSpan();
        var crc = ~before;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(int)(0x700 | (low & 0xff))] ^ table[(int)(0x600 | ((low >> 8) & 0xff))]
                ^ table[(int)(0x500 | ((low >> 16) & 0xff))] ^ table[(int)(0x400 | (low >> 24))]
                ^ table[(int)(0x300 | (high & 0xff))] ^ table[(int)(0x200 | ((high >> 8) & 0xff))]
                ^ table[(int)(0x100 | ((high >> 16) & 0xff))] ^ table[(int)(high >> 24)];
        }

        foreach (var b in bytes)
            crc = table[(int)((crc ^ b) & 0xff)] ^ (crc >> 8);
        return ~crc;
    }

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
