#include "statistics/moments.h"

#include <algorithm>

namespace cpo::statistics {

Moments Moments::from_sums(std::int64_t count, double sum, double sum_of_squares) {
    Moments moments;
    if (count <= 0) return moments;
    moments.count_ = count;
    moments.mean_ = sum / static_cast<double>(count);
    moments.spread_ = std::max(0.0, sum_of_squares - sum * moments.mean_);
    return moments;
}

void Moments::add(double value) {
    ++count_;
    const double distance = value - mean_;
    mean_ += distance / static_cast<double>(count_);
    spread_ += distance * (value - mean_);
}

void Moments::merge(const Moments& other) {
    if (other.count_ == 0) return;
    const auto mine = static_cast<double>(count_);
    const auto theirs = static_cast<double>(other.count_);
    const double distance = other.mean_ - mean_;
    count_ += other.count_;
    mean_ += distance * theirs / (mine + theirs);
    spread_ += other.spread_ + distance * distance * mine * theirs / (mine + theirs);
}

double Moments::variance() const {
    return count_ < 2 ? 0 : spread_ / static_cast<double>(count_ - 1);
}

void PairMoments::add(double first, double second) {
    const double first_distance = first - first_.mean();
    first_.add(first);
    second_.add(second);
    joint_spread_ += first_distance * (second - second_.mean());
}

void PairMoments::merge(const PairMoments& other) {
    const auto mine = static_cast<double>(first_.count());
    const auto theirs = static_cast<double>(other.first_.count());
    if (theirs == 0) return;
    joint_spread_ += other.joint_spread_ + (other.first_.mean() - first_.mean()) *
                                               (other.second_.mean() - second_.mean()) * mine *
                                               theirs / (mine + theirs);
    first_.merge(other.first_);
    second_.merge(other.second_);
}

double PairMoments::covariance() const {
    return first_.count() < 2 ? 0 : joint_spread_ / static_cast<double>(first_.count() - 1);
}

}  // namespace cpo::statistics
