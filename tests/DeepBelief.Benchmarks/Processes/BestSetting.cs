namespace DeepBelief.Benchmarks.Processes;

/// <summary>Which thread setting suits a program best is found by trying.</summary>
internal static class BestSetting
{
    /// <summary>Repetitions that a worker does in <see cref="Start"/>.</summary>
    public const int Tries = 2;

    /// <summary>Starts a worker in each setting, has them take turns, and keeps the one with the fastest repetition.</summary>
    /// <exception cref="WorkerException">One of them did not start, or ended.</exception>
    public static Worker Start(IReadOnlyList<ThreadSetting> settings, Func<ThreadSetting, Worker> start)
    {
        var workers = new List<Worker>();
        Worker? best = null;
        try
        {
            foreach (var setting in settings)
                workers.Add(start(setting));
            var rates = new double[workers.Count];
            for (var i = 0; i < Tries * workers.Count; i++)
            {
                var which = i % workers.Count;
                rates[which] = Math.Max(rates[which], workers[which].Repeat().SamplesPerS);
            }

            best = workers[Array.IndexOf(rates, rates.Max())];
            return best;
        }
        finally
        {
            foreach (var worker in workers.Where(worker => worker != best))
                worker.Dispose();
        }
    }
}
