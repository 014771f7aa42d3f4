using System.Runtime.CompilerServices;

namespace DeepBelief.Tensors;

/// <summary>
/// Calls code of the library's user amid the library's own, such as a batch source or the receiver of progress, so that no dispose
/// scope of the library catches the tensors that this code makes.
/// </summary>
internal static class UserCode
{
    // Dies with its tensor.
    private static readonly ConditionalWeakTable<Tensor, MemoryPressure> Pressures = [];

    public static void Run(Action code)
        => _ = Run(() =>
        {
            code();
            return true;
        });

    /// <summary>Returns the code's result; the tensors that it made and did not dispose are in no dispose scope afterwards.</summary>
    /// <param name="code">The code.</param>
    /// <param name="take">Moves what is not left to the user from the scope of the code, given with the result, to the outer one.</param>
    public static T Run<T>(Func<T> code, Action<DisposeScope, T>? take = null)
    {
        using var scope = torch.NewDisposeScope();
        try
        {
            var result = code();
            take?.Invoke(scope, result);
            return result;
        }
        finally
        {
            foreach (var tensor in scope.DisposablesView.OfType<Tensor>())
                LeaveToCollector(tensor.DetachFromDisposeScope());
        }
    }

    // The garbage collector frees a tensor that nobody keeps, but sees only the small object, not the memory that it stands for.
    private static void LeaveToCollector(Tensor tensor)
    {
        if (!tensor.is_sparse)
            Pressures.AddOrUpdate(tensor, new MemoryPressure(Math.Max(1, tensor.numel() * tensor.element_size())));
    }

    private sealed class MemoryPressure
    {
        private readonly long bytes;

        public MemoryPressure(long bytes)
        {
            this.bytes = bytes;
            GC.AddMemoryPressure(bytes);
        }

        ~MemoryPressure() => GC.RemoveMemoryPressure(bytes);
    }
}
