namespace DeepBelief.Benchmarks.Distributed;

/// <summary>A network between machines.</summary>
/// <param name="Name">The name.</param>
/// <param name="BytesPerSecond">What it carries in one direction.</param>
/// <param name="Microseconds">The delay of a message.</param>
internal sealed record Link(string Name, double BytesPerSecond, double Microseconds)
{
    /// <summary>Usual ones, with delays as they are usual for TCP, TCP and RDMA.</summary>
    public static IReadOnlyList<Link> All { get; } = [new("1 Gbit/s", 125e6, 50), new("10 Gbit/s", 1.25e9, 25), new("100 Gbit/s", 12.5e9, 3)];
}

/// <summary>
/// Simulates updates on many machines. Each draws the time of its part from those that were measured; all wait for the last, and then
/// for the sum of the gradients: around a ring, in which each machine sends 2 (n - 1) parts of an n-th of them (Patarasuk and Yuan
/// 2009, "Bandwidth optimal all-reduce algorithms for clusters of workstations"), or pairwise in log2 n exchanges of all of them, what is
/// faster, as MPI chooses.
/// </summary>
/// <param name="steps">Times of updates, without a sum over machines, by rows.</param>
/// <param name="bytes">Bytes that an update sums.</param>
internal sealed class ScalingModel(IReadOnlyList<StepTimes> steps, long bytes)
{
    private const int Updates = 2000;

    private readonly StepTimes[] byRows = [.. steps.OrderBy(times => times.Rows)];

    /// <summary>Microseconds of a sum over so many machines.</summary>
    public static double Sum(int machines, long bytes, Link link)
    {
        if (machines == 1)
            return 0;
        var perByte = 1e6 / link.BytesPerSecond;
        var ring = 2.0 * (machines - 1) * (link.Microseconds + ((double)bytes / machines * perByte));
        var pairwise = Math.Ceiling(Math.Log2(machines)) * (link.Microseconds + (bytes * perByte));
        return Math.Min(ring, pairwise);
    }

    /// <summary>Mean microseconds of an update of so many rows a machine.</summary>
    public double Update(int machines, double rows, Link link)
    {
        var random = new Random(1);
        var total = 0.0;
        for (var update = 0; update < Updates; update++)
        {
            var last = 0.0;
            for (var machine = 0; machine < machines; machine++)
                last = Math.Max(last, Draw(random, rows));
            total += last;
        }

        return (total / Updates) + Sum(machines, bytes, link);
    }

    /// <summary>The speed-up of so many machines that divide a batch of so many rows.</summary>
    public double SpeedUp(int machines, int batch, Link link) => Update(1, batch, link) / Update(machines, (double)batch / machines, link);

    /// <summary>Rows a second of so many machines with so many rows each, over that of one machine.</summary>
    public double ScaleUp(int machines, int rows, Link link) => machines * Update(1, rows, link) / Update(machines, rows, link);

    /// <summary>Rows on each of so many machines with which their update takes a part of the time for itself and the rest for the sum.</summary>
    public double RowsFor(double part, int machines, Link link)
    {
        var (most, fewer) = (byRows[^1], byRows[^2]);
        var perRow = (most.Median - fewer.Median) / (most.Rows - fewer.Rows);
        return most.Rows + (((part / (1 - part) * Sum(machines, bytes, link)) - most.Median) / perRow);
    }

    /// <summary>Updates of the most rows after which so many machines would have to sum once for the same.</summary>
    public double UpdatesFor(double part, int machines, Link link) => part / (1 - part) * Sum(machines, bytes, link) / byRows[^1].Median;

    /// <summary>The number of machines, a power of two, up to which doubling it saves a third of the time or more.</summary>
    public static int Worthwhile(Func<int, double> speed)
    {
        var machines = 1;
        while (machines < 1024 && speed(2 * machines) >= 1.5 * speed(machines))
            machines *= 2;
        return machines;
    }

    // Between the measured numbers of rows, times lie on a line; below the least, an update takes as long as with that.
    private double Draw(Random random, double rows)
    {
        var upper = Array.FindIndex(byRows, times => times.Rows >= rows);
        if (upper < 0)
            throw new ArgumentOutOfRangeException(nameof(rows), rows, $"Expected at most {byRows[^1].Rows} rows.");
        var above = One(byRows[upper]);
        if (upper == 0)
            return above;
        var below = One(byRows[upper - 1]);
        var part = (rows - byRows[upper - 1].Rows) / (byRows[upper].Rows - byRows[upper - 1].Rows);
        return below + (part * (above - below));

        double One(StepTimes times) => times.Microseconds[random.Next(times.Microseconds.Length)];
    }
}
