namespace DeepBelief.Tests.Oracles;

/// <summary>Philox4x32-7 for one counter, as the paper defines it.</summary>
internal static class PhiloxReference
{
    public static uint[] Numbers(uint[] counter, uint key0, uint key1)
    {
        var c = (uint[])counter.Clone();
        for (var round = 0; round < 7; round++)
        {
            var first = 0xD2511F53UL * c[0];
            var second = 0xCD9E8D57UL * c[2];
            c = [(uint)(second >> 32) ^ c[1] ^ key0, (uint)second, (uint)(first >> 32) ^ c[3] ^ key1, (uint)first];
            unchecked
            {
                key0 += 0x9E3779B9;
                key1 += 0xBB67AE85;
            }
        }

        return c;
    }

    /// <summary>The number of an element of a matrix.</summary>
    public static uint Number(ulong key, int row, int column)
    {
        var (block, within) = Math.DivRem(column, 64);
        var (vector, lane) = Math.DivRem(within, 16);
        var counter = (16 * block) + (8 * (vector / 2)) + (lane / 2);
        var word = (2 * (vector % 2)) + (lane % 2);
        return Numbers([(uint)counter, (uint)row, 0, 0], (uint)key, (uint)(key >> 32))[word];
    }
}
