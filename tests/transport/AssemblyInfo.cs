using Xunit;

// Descriptors, memory and limits belong to the process: tests that measure them cannot share it with others.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
