#pragma once

#include <string>
#include <vector>

#include "base/deadline.h"
#include "base/result.h"
#include "store/store.h"

namespace cpo::app {

struct SamplePerson {
    std::string name;
    std::string email;
    std::string role;
    std::string password;
};

struct SampleWorkspace {
    std::int64_t customers = 0;
    std::size_t documents = 0;
    std::size_t segments = 0;
    std::size_t variants = 0;
    std::size_t experiments = 0;  ///< Of which the first is running, its messages approved.
};

/// The two people of the sample workspace, with new passwords.
std::vector<SamplePerson> sample_people();

/// Makes the workspace of the demonstration shop in an empty database: its people, approved
/// content, customers, and one run of a campaign. Nothing is sent and no outcome is made up. Needs
/// a worker on the same database. Errors: kAlreadyExists when one of the people is there
/// already; those of the jobs; kDeadlineExceeded.
Result<SampleWorkspace> make_sample_workspace(store::Store& store,
                                              const std::vector<SamplePerson>& people,
                                              Deadline deadline);

}  // namespace cpo::app
