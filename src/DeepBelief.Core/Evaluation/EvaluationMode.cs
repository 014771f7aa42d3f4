using System.Runtime.CompilerServices;

namespace DeepBelief.Evaluation;

/// <summary>Sets evaluation mode; restores each module's mode when disposed.</summary>
/// <remarks>
/// Several threads may evaluate a network at once: the first sets the mode, and the last restores it, so that none takes another's mode
/// for the caller's, or has dropout switched on amid its work.
/// </remarks>
internal sealed class EvaluationMode : IDisposable
{
    private static readonly ConditionalWeakTable<torch.nn.Module, Evaluations> All = [];

    private readonly Evaluations own;

    public EvaluationMode(torch.nn.Module network)
    {
        own = All.GetValue(network, key => new Evaluations(key));
        own.Begin();
    }

    public void Dispose() => own.End();

    /// <summary>The evaluations of a network that run now.</summary>
    private sealed class Evaluations(torch.nn.Module network)
    {
        private readonly Lock gate = new();
        private int count;
        private ModuleModes? before;

        public void Begin()
        {
            lock (gate)
            {
                if (count == 0)
                {
                    before = new ModuleModes(network);
                    network.eval();
                }

                count++;
            }
        }

        public void End()
        {
            lock (gate)
            {
                if (--count == 0)
                    before!.Restore();
            }
        }
    }
}
