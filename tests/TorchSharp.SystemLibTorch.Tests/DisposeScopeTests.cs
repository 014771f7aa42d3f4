using static TorchSharp.torch;

namespace TorchSharp.Tests;

public class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor inside, outside = ones(1), kept;
        using (var scope = NewDisposeScope())
        {
            inside = ones(1);
            kept = ones(1).DetachFromDisposeScope();
            scope.DisposablesCount.Should().Be(1);
            scope.Contains(inside).Should().BeTrue();
            CurrentDisposeScope.Should().BeSameAs(scope);
        }

        inside.IsInvalid.Should().BeTrue();
        outside.IsInvalid.Should().BeFalse();
        kept.IsInvalid.Should().BeFalse();
        FluentActions.Invoking(() => inside.add(1)).Should().Throw<InvalidOperationException>();
        outside.Dispose();
        kept.Dispose();
        kept.Dispose();
    }

    [Fact]
    public void Tensors_move_to_outer_scopes()
    {
        Tensor moved, free;
        using (var outer = NewDisposeScope())
        {
            using (NewDisposeScope())
            {
                moved = ones(1).MoveToOuterDisposeScope();
                using (NewDisposeScope())
                    free = ones(1).MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }

            moved.IsInvalid.Should().BeFalse();
            free.IsInvalid.Should().BeFalse();
            outer.Contains(moved).Should().BeTrue();
            free.MoveToOuterDisposeScope();
        }

        moved.IsInvalid.Should().BeTrue();
        free.IsInvalid.Should().BeFalse("there was no scope around the outermost one");
        free.Dispose();
    }

    [Fact]
    public void A_wrapped_expression_leaves_only_its_result()
    {
        using var scope = NewDisposeScope();
        var result = WrappedTensorDisposeScope(() => ones(2).add(1).mul(3));
        result.ShouldBe(6, 6);
        scope.DisposablesCount.Should().Be(1);
    }

    [Fact]
    public void Everything_but_some_can_be_disposed_early()
    {
        using var scope = NewDisposeScope();
        var (a, b) = (ones(1), ones(1));
        scope.DisposeEverythingBut(a);
        a.IsInvalid.Should().BeFalse();
        b.IsInvalid.Should().BeTrue();
        scope.DisposablesCount.Should().Be(1);
        scope.DisposeEverything();
        a.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void Tensors_are_attached_and_moved_between_scopes()
    {
        using var first = NewDisposeScope();
        var a = ones(1);
        using var second = NewDisposeScope();
        var b = ones(1).DetachFromDisposeScope();
        second.Attach(b);
        second.Contains(b).Should().BeTrue();
        a.MoveToOtherDisposeScope(second);
        first.Contains(a).Should().BeFalse();
        second.Contains(a).Should().BeTrue();
        b.MoveToOtherDisposeScope(a).Should().BeSameAs(b);
    }

    [Fact]
    public void Statistics_count_what_happens_on_a_thread()
    {
        var statistics = DisposeScopeManager.Statistics;
        statistics.Reset();
        var outside = ones(1);
        using (NewDisposeScope())
        {
            ones(1);
            ones(1).Dispose();
            outside.add(1).DetachFromDisposeScope().Dispose();
        }

        outside.Dispose();
        statistics.CreatedOutsideScopeCount.Should().Be(1);
        statistics.CreatedInScopeCount.Should().Be(3);
        statistics.DisposedInScopeCount.Should().Be(2);
        statistics.DisposedOutsideScopeCount.Should().Be(2);
        statistics.DetachedFromScopeCount.Should().Be(1);
        statistics.ThreadTotalLiveCount.Should().Be(0);
    }

    [Fact]
    public void Scopes_of_threads_do_not_meet()
    {
        using var scope = NewDisposeScope();
        Tensor? other = null;
        var thread = new Thread(() => other = ones(1));
        thread.Start();
        thread.Join();
        scope.DisposablesCount.Should().Be(0);
        other!.Dispose();
    }

    [Fact]
    public void The_live_count_goes_back_to_where_it_was()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        using (NewDisposeScope())
        {
            for (var i = 0; i < 100; i++)
                ones(3).add(i).sum();
            Tensor.TotalCount.Should().Be(before + 300);
        }

        Tensor.TotalCount.Should().Be(before);
        Tensor.PeakCount.Should().BeGreaterThanOrEqualTo(before + 300);
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_the_collector()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = Tensor.TotalCount;
        Forget();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Tensor.TotalCount.Should().BeLessThan(before + 100);

        static void Forget()
        {
            for (var i = 0; i < 1000; i++)
                ones(1);
        }
    }

    [Fact]
    public void Arguments_are_not_finalised_under_a_call()
    {
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        try
        {
            // Nothing here has a name that would keep it alive.
            for (var i = 0; i < 3000; i++)
                cat([ones(50).add(ones(50)), ones(50).mul(2)]).sum().item<float>().Should().Be(200);
        }
        finally
        {
            stop.Cancel();
            collector.Join();
        }
    }
}
