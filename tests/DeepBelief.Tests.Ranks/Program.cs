// What the tests have ranks do, each a process of its own. Files of a rank end with its number:
//   DeepBelief.Tests.Ranks collectives FOLDER
//   DeepBelief.Tests.Ranks lengths FOLDER                        broadcasts fewer numbers to rank 1 than rank 0 sends
//   DeepBelief.Tests.Ranks train FOLDER TIMEOUT [CHECKPOINT]     trains, says "training", writes model.N.pt or end.N
//   DeepBelief.Tests.Ranks threads FOLDER                        the same without MPI, by two threads
//   DeepBelief.Tests.Ranks endure FOLDER SECONDS                 trains for so long; writes memory.N
//   DeepBelief.Tests.Ranks data FOLDER                           trains, rank 1 on other data
using System.Globalization;
using DeepBelief.Distributed;
using DeepBelief.Tensors;
using DeepBelief.Tests.Ranks;

torch.set_num_threads(1);
var (kind, folder) = (args[0], args[1]);
if (kind == "threads")
{
    ThreadGroup.Run(2, group => Runs.Train(group, folder, checkpoint: null));
    return 0;
}

var timeout = kind == "train" ? TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture)) : (TimeSpan?)null;
using var world = MpiGroup.Join(timeout);
try
{
    File.WriteAllText(Path.Combine(folder, $"pid.{world.Rank}"), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    switch (kind)
    {
        case "collectives":
            Collectives.Run(world, folder);
            break;
        case "lengths":
            Collectives.OfOtherLengths(world, folder);
            break;
        case "train":
            Runs.Train(world, folder, args.Length > 3 ? args[3] : null);
            break;
        case "endure":
            Runs.Endure(world, folder, TimeSpan.FromSeconds(double.Parse(args[2], CultureInfo.InvariantCulture)));
            break;
        case "data":
            Runs.OtherData(world);
            break;
        default:
            return 2;
    }

    return 0;
}
catch (Exception e) when (e is GroupFailedException or ArgumentException)
{
    File.WriteAllText(Path.Combine(folder, $"end.{world.Rank}"), $"{e.GetType().Name}: {e.Message}");
    return 3;
}
