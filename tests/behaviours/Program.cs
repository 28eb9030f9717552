using ApiLb.BehaviourTests.Actors;
using ApiLb.BehaviourTests.Rows;
using Xunit.Runner.InProc.SystemConsole;

namespace ApiLb.BehaviourTests;

/// <summary>The tests by default; with a first word of its own, the table, or a stand-in that must be a process.</summary>
internal static class Program
{
    public static Task<int> Main(string[] arguments) => arguments switch
    {
        ["table", .. var rest] => TableCommand.RunAsync(rest),
        [BackendProcess.Command, var address, var name] => BackendProcess.ServeAsync(address, name),
        _ => ConsoleRunner.Run(arguments),
    };
}
