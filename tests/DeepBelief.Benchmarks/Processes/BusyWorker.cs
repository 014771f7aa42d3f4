using System.CommandLine;
using System.Text.Json;

namespace DeepBelief.Benchmarks.Processes;

/// <summary>A process that keeps one core busy until its input ends: the neighbour on a machine that is shared.</summary>
internal static class BusyWorker
{
    private const string Name = "busy-worker";

    public static Command Create()
    {
        var command = new Command(Name, "A process of the training command.") { Hidden = true };
        command.SetAction(parsed =>
        {
            var spinner = new Thread(() =>
            {
                while (true)
                    Thread.SpinWait(1000);
            })
            { IsBackground = true };
            spinner.Start();
            Console.WriteLine(JsonSerializer.Serialize(WorkerInfo.Unknown, Worker.Json));
            _ = Console.In.ReadToEnd();
        });
        return command;
    }

    /// <summary>Starts one; it ends when it is disposed.</summary>
    public static Worker Start() => Worker.StartOwn(ThreadSetting.Default, Name);
}
